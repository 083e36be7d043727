import type { Database } from "../../ports/database.ts";
import { PortFailure } from "../../ports/failure.ts";
import { headMarkdown, linkMarkdown, passageMarkdown } from "./markdown.ts";
import {
  beforeAll,
  isUnchanged,
  readPassagesAfter,
  readPassagesOf,
  readPublishedAfter,
  type DocumentPosition,
  type PublishedDocument,
  type PublishedPassage,
} from "./store.ts";

/** Documents, and passages, that one statement reads. */
const documentsAtOnce = 500;
const passagesAtOnce = 200;
/** A page of all documents ends with the document that reaches this many passages, about 1 MB. */
const passagesOfPage = 1000;
/** Behind every passage of a document. */
const lastOrdinal = 2 ** 31 - 1;

export interface ListOptions {
  readonly name: string;
  readonly summary: string;
  /** The address of a document's Markdown. */
  readonly addressOf: (id: string) => string;
  /** The address of all documents in one text. */
  readonly wholeAddress: string;
}

/**
 * The list of all documents in the format of llms.txt (https://llmstxt.org), piece by piece. Older versions and
 * translations are in the section `Optional`, which its readers may skip.
 *
 * @throws PortFailure
 */
export async function* writeList(
  database: Database,
  { name, summary, addressOf, wholeAddress }: ListOptions,
): AsyncGenerator<string, void, void> {
  yield `# ${name}\n\n> ${summary}\n\nAll documents in one text, in pages: ${wholeAddress}\n`;
  for (const edition of ["main", "other"] as const) {
    let after = beforeAll;
    for (;;) {
      const documents = await readPublishedAfter(database, edition, after, documentsAtOnce);
      const last = documents.at(-1);
      if (!last) break;
      const heading = edition === "main" ? "Documents" : "Optional";
      const start = after === beforeAll ? `\n## ${heading}\n\n` : "";
      yield (
        start + documents.map((document) => linkMarkdown(document, addressOf(document.id))).join("")
      );
      if (documents.length < documentsAtOnce) break;
      after = last;
    }
  }
}

/**
 * A document as Markdown, piece by piece, put together from its passages and their headings.
 *
 * @throws PortFailure `conflict`, besides others, when the document changes or is removed meanwhile
 */
export async function* writeDocument(
  database: Database,
  document: PublishedDocument,
): AsyncGenerator<string, void, void> {
  yield headMarkdown(document);
  let ordinal = -1;
  let last: PublishedPassage | undefined;
  for (;;) {
    const passages = await readPassagesOf(database, document.id, ordinal, passagesAtOnce);
    await checkUnchanged(database, last, passages[0]);
    let piece = "";
    for (const passage of passages) {
      piece += passageMarkdown(passage, last?.heading_path ?? []);
      last = passage;
      ordinal = passage.ordinal;
    }
    yield piece;
    if (passages.length < passagesAtOnce) return;
  }
}

/**
 * A page of all documents as Markdown, by source and path, piece by piece. The last line names the next page.
 *
 * @throws PortFailure `conflict`, besides others, when a document changes or is removed while it is read
 */
export async function* writeAll(
  database: Database,
  after: DocumentPosition,
  nextAddress: (lastId: string) => string,
): AsyncGenerator<string, void, void> {
  let last: PublishedPassage | undefined;
  let count = 0;
  for (;;) {
    const place = last ?? { ...after, ordinal: lastOrdinal };
    const passages = await readPassagesAfter(database, place, passagesAtOnce);
    await checkUnchanged(database, last, passages[0]);
    let piece = "";
    for (const passage of passages) {
      const isNew = passage.id !== last?.id;
      if (isNew && last && count >= passagesOfPage) {
        yield `${piece}\n---\n\nThe next documents: ${nextAddress(last.id)}\n`;
        return;
      }
      if (isNew) piece += `${last ? "\n---\n\n" : ""}${headMarkdown(passage)}`;
      piece += passageMarkdown(passage, isNew ? [] : (last?.heading_path ?? []));
      count += 1;
      last = passage;
    }
    yield piece;
    if (passages.length < passagesAtOnce) return;
  }
}

/**
 * Checks that a document goes on with the text that has been read. An answer under way can only be broken off: its
 * reader asks again and gets the new text.
 *
 * @param last the last passage that has been read
 * @param next the first one behind it
 */
async function checkUnchanged(
  database: Database,
  last: PublishedPassage | undefined,
  next: PublishedPassage | undefined,
): Promise<void> {
  if (!last) return;
  const goesOn = next?.id === last.id;
  if (goesOn ? next.revision === last.revision : await isUnchanged(database, last)) return;
  throw new PortFailure("conflict", "the document was changed while it was read", {
    retryable: false,
  });
}

/** The start of a document's Markdown. `isCut`: there is more. @throws PortFailure */
export async function readStart(
  database: Database,
  document: PublishedDocument,
  characters: number,
): Promise<{ readonly text: string; readonly isCut: boolean }> {
  let text = "";
  for await (const piece of writeDocument(database, document)) {
    text += piece;
    if (text.length > characters) {
      return { text: text.slice(0, characters).toWellFormed(), isCut: true };
    }
  }
  return { text, isCut: false };
}
