import type { Database } from "../../ports/database.ts";
import type { FoundDocument, SourceDocument } from "../../ports/document-source.ts";
import { fingerprint, identify, isTooLongPath, longestPath } from "./identity.ts";
import type { NumberPrefixes } from "../parsing/page-url.ts";
import { readEdition } from "../parsing/edition.ts";
import type { ParsedDocument } from "../parsing/document.ts";
import { parseDocument } from "../parsing/parse.ts";
import { TooMuchWork, UnreadableBytes } from "../parsing/parser.ts";
import { openAbandoned } from "./abandoned.ts";
import { bundledSource, readKnown, readKnownAt } from "./known.ts";
import {
  countOutcome,
  createStopwatch,
  emptyReport,
  isWithin,
  type DocumentOutcome,
  type IngestReport,
} from "./report.ts";
import { Revision } from "./revision.ts";
import { removeDocuments } from "./store.ts";
import { replaceUnstorable } from "../../lib/text.ts";
import { createLimitedPause, workLimit } from "./work-limit.ts";

export interface IngestOptions {
  /**
   * Whether to remove the source's documents that are not in the stream. With `keep`, the stream is read to its end
   * before the first document is ingested.
   */
  readonly missing: "remove" | "keep";
  /** The base address of the published documents; null: not published. */
  readonly urlBase: string | null;
  /** Called after each document. */
  readonly onProgress?: (report: IngestReport) => void;
  /** Called for each document in turn; it is published only when the ingest has ended. */
  readonly onOutcome?: (outcome: DocumentOutcome) => void;
  /** Stops the ingest between two documents and throws the signal's reason; published documents stay. */
  readonly signal?: AbortSignal;
}

export type Ingest = (
  source: string,
  documents: AsyncIterable<FoundDocument>,
  options: IngestOptions,
) => Promise<IngestReport>;

const removedAtOnce = 500;

/**
 * Creates the function that ingests one source's documents. An unchanged document costs a hash; a changed one
 * is replaced in one step; an unreadable one is listed in the report and keeps its earlier text. One that takes
 * too much work is given up, and where the source is read whole it is not read again before it has changed.
 * After an interruption a second run completes the work without duplicates.
 *
 * The function throws PortFailure.
 *
 * @param upkeep called after documents were published or removed, and after each source that is read whole
 */
export function createIngest(
  database: Database,
  upkeep: () => Promise<void> | void,
  numberPrefixes: NumberPrefixes = "drop",
  limitOf: (bytes: number) => number = workLimit,
): Ingest {
  return async (source, documents, options) => {
    const { missing, urlBase, onProgress, onOutcome, signal } = options;
    const report = emptyReport();
    const spend = createStopwatch(report);
    const given = missing === "keep" ? await collect(documents) : documents;
    const { known, bundled } = Array.isArray(given)
      ? await readKnownAt(database, source, given.map(pathOf))
      : { known: await readKnown(database, source), bundled: undefined };
    const seen = new Set<string>();
    const abandoned = missing === "remove" ? await openAbandoned(database, source) : undefined;
    let revision = new Revision();
    let needsUpkeep = missing === "remove";
    spend("reading");

    const publish = async (): Promise<void> => {
      if (revision.isEmpty) return;
      needsUpkeep = true;
      spend("indexing");
      await revision.publish(database);
      revision = new Revision();
      spend("storing");
    };
    const tidy = async (): Promise<void> => {
      await upkeep();
      spend("upkeep");
    };

    const ingestDocument = async (document: SourceDocument): Promise<DocumentOutcome> => {
      const { path, mediaType } = document;
      if (isTooLongPath(path)) {
        const failure = `the path is longer than ${longestPath} bytes`;
        return { path, failure, code: "unreadable_file" };
      }
      const hash = await fingerprint(document, { urlBase, numberPrefixes });
      const before = known.get(path);
      if (before?.hash === hash) return { path, result: "unchanged", passages: 0 };
      const abandonedFor = abandoned?.failureOf(path, hash);
      if (abandonedFor !== undefined) return { path, failure: abandonedFor, code: "too_much_work" };
      spend("reading");
      const pause = createLimitedPause(limitOf(document.bytes.length));
      let parsed: ParsedDocument;
      try {
        parsed = await parseDocument(document, { urlBase, numberPrefixes, pause });
      } catch (error) {
        const isTooMuch = error instanceof TooMuchWork;
        if (!isTooMuch && !(error instanceof UnreadableBytes)) throw error;
        if (isTooMuch) await abandoned?.add(path, hash, error.message);
        const code = isTooMuch ? "too_much_work" : "unreadable_document";
        return { path, failure: error.message, code };
      }
      spend("parsing");
      const identity = await identify(source, path);
      if (revision.has(identity.id)) await publish();
      const { title, url, description } = parsed;
      const edition = readEdition(path);
      await revision.add(
        { id: identity.id, source, path, hash, mediaType, title, url, description, ...edition },
        identity,
        parsed,
      );
      known.set(path, { id: identity.id, hash });
      spend("indexing");
      if (revision.isFull) {
        await publish();
        await tidy();
      }
      const passages = parsed.passages.length;
      return { path, result: before === undefined ? "added" : "changed", passages };
    };

    for await (const each of given) {
      signal?.throwIfAborted();
      const document = storable(each);
      if ("skipped" in document) {
        report.skipped.push(document);
        continue;
      }
      seen.add(document.path);
      const outcome: DocumentOutcome =
        "failure" in document
          ? { ...document, code: "unreadable_file" }
          : await ingestDocument(document);
      countOutcome(report, outcome);
      onOutcome?.(outcome);
      onProgress?.(report);
    }
    await publish();
    await abandoned?.tidy();

    const gone =
      missing === "keep"
        ? []
        : [...known].filter(([path]) => !seen.has(path) && !isWithin(path, report.failed));
    const doomed = gone.map(([, { id }]) => id);
    if (source !== bundledSource && known.size > gone.length) {
      doomed.push(...(bundled ?? (await readIds(database, bundledSource))));
    }
    report.removed = await removeAll(database, doomed);
    spend("storing");
    if (needsUpkeep || report.removed > 0) await tidy();
    onProgress?.(report);
    return report;
  };
}

async function collect(documents: AsyncIterable<FoundDocument>): Promise<FoundDocument[]> {
  const found: FoundDocument[] = [];
  for await (const document of documents) found.push(document);
  return found;
}

function pathOf({ path }: FoundDocument): string {
  return replaceUnstorable(path);
}

async function readIds(database: Database, source: string): Promise<string[]> {
  return [...(await readKnown(database, source)).values()].map(({ id }) => id);
}

async function removeAll(database: Database, ids: readonly string[]): Promise<number> {
  let removed = 0;
  for (let from = 0; from < ids.length; from += removedAtOnce) {
    removed += await removeDocuments(database, ids.slice(from, from + removedAtOnce));
  }
  return removed;
}

/** Replaces the characters in a document's fields that PostgreSQL cannot store. */
function storable<Given extends FoundDocument>(given: Given): Given {
  const entries = Object.entries(given).map(([name, value]) => [
    name,
    typeof value === "string" ? replaceUnstorable(value) : value,
  ]);
  return Object.fromEntries(entries) as Given;
}
