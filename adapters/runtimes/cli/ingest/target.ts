import type { FoundDocument, SkippedDocument } from "../../../../handlers/ports/document-source.ts";

/** What `docent ingest` was pointed at. */
export interface IngestSource {
  /** How many entries there will be, where that is known beforehand. */
  readonly total: number | undefined;
  readonly entries: AsyncIterable<FoundDocument>;
  /** True for a folder: documents that the source held before and that are not in it are removed. */
  readonly isComplete: boolean;
}

export interface TargetOptions {
  /** The name under which these documents belong together. */
  readonly source: string;
  /** Where they are published, for the links in citations. */
  readonly urlBase: string | undefined;
  readonly signal: AbortSignal;
  /** Called after each entry, in any order, with its path where the target knows it. */
  readonly onEntry: (path?: string) => void;
  /** Called before an error is thrown, with the number of documents that are known to be stored, if any. */
  readonly onStopped?: (stored: number) => void;
}

export interface TargetReport {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
  readonly failed: readonly { readonly path: string; readonly failure: string }[];
  /** Files and folders that were not read on purpose. */
  readonly skipped: readonly SkippedDocument[];
  /** Passages of the added and changed documents. */
  readonly passages: number;
  /** Where the time went, by phase. */
  readonly milliseconds: Readonly<Record<string, number>>;
}

/** Where documents go: this machine's data directory, or a server. */
export interface IngestTarget {
  /** For the person, as in "into …". */
  readonly description: string;
  /**
   * Ingests the entries; failures of single documents are in the report.
   *
   * @throws Error when no further document can succeed: no server, no permission, interrupted
   */
  ingest(source: IngestSource, options: TargetOptions): Promise<TargetReport>;
}
