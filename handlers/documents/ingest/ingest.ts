import type { Database } from "../../ports/database.ts";
import type {
  FoundDocument,
  SkippedDocument,
  SourceDocument,
  UnreadableDocument,
} from "../../ports/document-source.ts";
import { fingerprint, identify } from "./identity.ts";
import type { NumberPrefixes } from "../parsing/page-url.ts";
import { readEdition } from "../parsing/edition.ts";
import { parseDocument } from "../parsing/parse.ts";
import { TooMuchWork, UnreadableBytes } from "../parsing/parser.ts";
import { openAbandoned } from "./abandoned.ts";
import { Revision } from "./revision.ts";
import { countDocuments, readHash, readHashes, removeDocuments } from "./store.ts";
import type { Upkeep } from "../index/upkeep.ts";
import { replaceUnstorable } from "../../lib/text.ts";
import { createLimitedPause, workLimit } from "./work-limit.ts";

export interface IngestOptions {
  /** Whether to remove the source's documents that are not in the stream. */
  readonly missing: "remove" | "keep";
  /** The base address of the published documents; null: not published. */
  readonly urlBase: string | null;
  /** Called after each document. */
  readonly onProgress?: (report: IngestReport) => void;
  /** Stops the ingest between two documents and throws the signal's reason; published documents stay. */
  readonly signal?: AbortSignal;
}

/** The counts of an ingest, finished or running. */
export interface IngestReport {
  added: number;
  changed: number;
  unchanged: number;
  removed: number;
  /** Documents that cannot be read, also those that took too much work. Their earlier text stays. */
  failed: UnreadableDocument[];
  /** Files and folders that are not read on purpose. Documents of theirs are removed. */
  skipped: SkippedDocument[];
  /** Passages of added and changed documents. */
  passages: number;
  /** Duration of each phase, in milliseconds. */
  milliseconds: {
    reading: number;
    parsing: number;
    indexing: number;
    storing: number;
    upkeep: number;
  };
}

export type Ingest = (
  source: string,
  documents: AsyncIterable<FoundDocument>,
  options: IngestOptions,
) => Promise<IngestReport>;

/** The source of Docent's own README; it is removed when another source has documents. */
export const bundledSource = "bundled";

const pageSize = 1000;
const removedAtOnce = 500;

/**
 * Creates the function that ingests one source's documents. An unchanged document costs a hash; a changed one
 * is replaced in one step; an unreadable one is listed in the report and keeps its earlier text. One that takes
 * too much work is given up, and where the source is read whole it is not read again before it has changed.
 * After an interruption a second run completes the work without duplicates.
 *
 * The function throws PortFailure.
 */
export function createIngest(
  database: Database,
  upkeep: Upkeep,
  numberPrefixes: NumberPrefixes = "drop",
  limitOf: (bytes: number) => number = workLimit,
): Ingest {
  return async (source, documents, { missing, urlBase, onProgress, signal }) => {
    const report = emptyReport();
    const spend = stopwatch(report);
    // A single document only needs its own hash, and no document of the source is removed.
    const known: Known = missing === "remove" ? await readKnown(database, source) : new Map();
    const seen = new Set<string>();
    const abandoned = missing === "remove" ? await openAbandoned(database, source) : undefined;
    let revision = new Revision();
    spend("reading");

    const publish = async (): Promise<void> => {
      if (revision.isEmpty) return;
      spend("indexing");
      await revision.publish(database);
      revision = new Revision();
      spend("storing");
      await upkeep();
      spend("upkeep");
    };

    /** Undefined for a document that takes too much work. */
    const parse = async (document: SourceDocument, hash: string) => {
      const pause = createLimitedPause(limitOf(document.bytes.length));
      try {
        return await parseDocument(document, { urlBase, numberPrefixes, pause });
      } catch (error) {
        if (!(error instanceof TooMuchWork)) throw error;
        report.failed.push({ path: document.path, failure: error.message });
        await abandoned?.add(document.path, hash, error.message);
        return undefined;
      }
    };

    const add = async (document: SourceDocument): Promise<void> => {
      const hash = await fingerprint(document, { urlBase, numberPrefixes });
      const before =
        known.get(document.path) ??
        (missing === "keep" ? await readHash(database, source, document.path) : undefined);
      if (before?.hash === hash) {
        report.unchanged += 1;
        return;
      }
      const abandonedFor = abandoned?.failureOf(document.path, hash);
      if (abandonedFor !== undefined) {
        report.failed.push({ path: document.path, failure: abandonedFor });
        return;
      }
      spend("reading");
      const parsed = await parse(document, hash);
      if (parsed === undefined) return;
      spend("parsing");
      const identity = await identify(source, document.path);
      if (revision.has(identity.id)) await publish();
      const { path, mediaType } = document;
      const { title, url, description } = parsed;
      const edition = readEdition(path);
      await revision.add(
        { id: identity.id, source, path, hash, mediaType, title, url, description, ...edition },
        identity,
        parsed,
      );
      known.set(path, { id: identity.id, hash });
      report[before === undefined ? "added" : "changed"] += 1;
      report.passages += parsed.passages.length;
      spend("indexing");
      if (revision.isFull) await publish();
    };

    for await (const given of documents) {
      signal?.throwIfAborted();
      const document = storable(given);
      if ("skipped" in document) {
        report.skipped.push(document);
        continue;
      }
      seen.add(document.path);
      try {
        if ("failure" in document) report.failed.push(document);
        else await add(document);
      } catch (error) {
        if (!(error instanceof UnreadableBytes)) throw error;
        report.failed.push({ path: document.path, failure: error.message });
      }
      onProgress?.(report);
    }
    await publish();
    await abandoned?.tidy();

    const gone = [...known].filter(
      ([path]) => missing === "remove" && !seen.has(path) && !isWithin(path, report.failed),
    );
    const doomed = gone.map(([, { id }]) => id);
    if (source !== bundledSource && (await countDocuments(database, source)) > 0) {
      const bundled = await readKnown(database, bundledSource);
      doomed.push(...[...bundled.values()].map(({ id }) => id));
    }
    report.removed = await removeAll(database, doomed);
    spend("storing");
    await upkeep();
    spend("upkeep");
    onProgress?.(report);
    return report;
  };
}

/** Known documents by path. */
type Known = Map<string, { readonly id: string; readonly hash: string }>;

async function readKnown(database: Database, source: string): Promise<Known> {
  const known: Known = new Map();
  let after = "";
  for (;;) {
    const page = await readHashes(database, source, after, pageSize);
    for (const { id, path, hash } of page) known.set(path, { id, hash });
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return known;
    after = last.path;
  }
}

async function removeAll(database: Database, ids: readonly string[]): Promise<number> {
  let removed = 0;
  for (let from = 0; from < ids.length; from += removedAtOnce) {
    removed += await removeDocuments(database, ids.slice(from, from + removedAtOnce));
  }
  return removed;
}

/** Whether a path lies in a folder that could not be read, so that its documents must not be removed. */
function isWithin(path: string, failed: readonly UnreadableDocument[]): boolean {
  return failed.some((folder) => folder.path === "" || path.startsWith(`${folder.path}/`));
}

/** Replaces the characters in a document's fields that PostgreSQL cannot store. */
function storable<Given extends FoundDocument>(given: Given): Given {
  const entries = Object.entries(given).map(([name, value]) => [
    name,
    typeof value === "string" ? replaceUnstorable(value) : value,
  ]);
  return Object.fromEntries(entries) as Given;
}

function emptyReport(): IngestReport {
  return {
    added: 0,
    changed: 0,
    unchanged: 0,
    removed: 0,
    failed: [],
    skipped: [],
    passages: 0,
    milliseconds: { reading: 0, parsing: 0, indexing: 0, storing: 0, upkeep: 0 },
  };
}

/** Creates a function that adds the time since its last call to a phase. */
function stopwatch(report: IngestReport): (phase: keyof IngestReport["milliseconds"]) => void {
  let since = performance.now();
  return (phase) => {
    const now = performance.now();
    report.milliseconds[phase] += now - since;
    since = now;
  };
}
