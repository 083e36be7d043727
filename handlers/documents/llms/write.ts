import type { Database } from "../../ports/database.ts";
import { headMarkdown, linkMarkdown, passageMarkdown } from "./markdown.ts";
import {
  beforeAll,
  readPassagesAfter,
  readPassagesOf,
  readPublishedAfter,
  type DocumentPosition,
  type PublishedDocument,
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
 * @throws PortFailure
 * @throws Error when the document changes meanwhile
 */
export async function* writeDocument(
  database: Database,
  document: PublishedDocument,
): AsyncGenerator<string, void, void> {
  yield headMarkdown(document);
  let ordinal = -1;
  let revision: string | undefined;
  let headings: readonly string[] = [];
  for (;;) {
    const passages = await readPassagesOf(database, document.id, ordinal, passagesAtOnce);
    let piece = "";
    for (const passage of passages) {
      checkRevision(revision ?? passage.revision, passage.revision);
      piece += passageMarkdown(passage, headings);
      ({ ordinal, revision, heading_path: headings } = passage);
    }
    yield piece;
    if (passages.length < passagesAtOnce) return;
  }
}

/**
 * A page of all documents as Markdown, by source and path, piece by piece. The last line names the next page.
 *
 * @throws PortFailure
 * @throws Error when a document changes while it is read
 */
export async function* writeAll(
  database: Database,
  after: DocumentPosition,
  nextAddress: (lastId: string) => string,
): AsyncGenerator<string, void, void> {
  let place = { ...after, id: "", ordinal: lastOrdinal };
  let current: { readonly id: string; readonly revision: string } | undefined;
  let headings: readonly string[] = [];
  let count = 0;
  for (;;) {
    const passages = await readPassagesAfter(database, place, passagesAtOnce);
    let piece = "";
    for (const passage of passages) {
      if (passage.id === current?.id) checkRevision(current.revision, passage.revision);
      else {
        if (count >= passagesOfPage) {
          yield `${piece}\n---\n\nThe next documents: ${nextAddress(place.id)}\n`;
          return;
        }
        piece += `${current ? "\n---\n\n" : ""}${headMarkdown(passage)}`;
        headings = [];
      }
      piece += passageMarkdown(passage, headings);
      count += 1;
      headings = passage.heading_path;
      current = passage;
      place = passage;
    }
    yield piece;
    if (passages.length < passagesAtOnce) return;
  }
}

/** An answer under way can only be broken off: its reader asks again and gets the new text. */
function checkRevision(expected: string, found: string): void {
  if (expected !== found) throw new Error("the document was changed while it was read");
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
