/** Numbers of documents. */
export interface DocumentCounts {
  readonly done: number;
  readonly total: number;
}

/** For /api/health. `failed`: the start's ingest failed; the log has the reason. */
export interface IngestState extends DocumentCounts {
  /** The number of documents that could not be read; the log names them. */
  readonly failed: number;
  readonly state: "starting" | "reading" | "ready" | "failed";
}

/** Tracks the progress of the ingest at the start. */
export function createIngestProgress() {
  let now: IngestState = { state: "starting", done: 0, total: 0, failed: 0 };
  return {
    begin(total: number) {
      now = { state: "reading", done: 0, total, failed: 0 };
    },
    /** The total grows if files were added after they were counted. */
    advance(done: number, failed: number) {
      now = { state: "reading", done, total: Math.max(done, now.total), failed };
    },
    end(state: "ready" | "failed") {
      now = { ...now, state };
    },
    state: () => now,
    /** Undefined while no documents are being read. */
    reading: (): DocumentCounts | undefined =>
      now.state === "reading" ? { done: now.done, total: now.total } : undefined,
  };
}

export type IngestProgress = ReturnType<typeof createIngestProgress>;
