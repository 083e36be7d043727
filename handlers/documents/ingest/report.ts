import type { IngestFailure } from "../../contract/operator/ingest.ts";
import type { SkippedDocument, UnreadableDocument } from "../../ports/document-source.ts";

/** A document that an ingest could not read. `unreadable_file`: its source could not read it. */
interface FailedDocument extends UnreadableDocument {
  readonly code: IngestFailure["code"];
}

/** What became of one document. */
export type DocumentOutcome =
  | {
      readonly path: string;
      readonly result: "added" | "changed" | "unchanged";
      /** Passages written; 0 when the document is unchanged. */
      readonly passages: number;
    }
  | FailedDocument;

/** The counts of an ingest, finished or running. */
export interface IngestReport {
  added: number;
  changed: number;
  unchanged: number;
  removed: number;
  /** Documents that cannot be read, also those that took too much work. Their earlier text stays. */
  failed: FailedDocument[];
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

export function emptyReport(): IngestReport {
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

/** Adds one document to the counts. */
export function countOutcome(report: IngestReport, outcome: DocumentOutcome): void {
  if ("failure" in outcome) {
    report.failed.push(outcome);
  } else {
    report[outcome.result] += 1;
    report.passages += outcome.passages;
  }
}

/** Creates a function that adds the time since its last call to a phase. */
export function createStopwatch(
  report: IngestReport,
): (phase: keyof IngestReport["milliseconds"]) => void {
  let since = performance.now();
  return (phase) => {
    const now = performance.now();
    report.milliseconds[phase] += now - since;
    since = now;
  };
}

/** Whether a path lies in a folder that could not be read, so that its documents must not be removed. */
export function isWithin(path: string, failed: readonly UnreadableDocument[]): boolean {
  return failed.some((folder) => folder.path === "" || path.startsWith(`${folder.path}/`));
}
