/** How many documents have been read, of how many. */
interface DocumentCounts {
  readonly done: number;
  readonly total: number;
}

/** For /api/health. `failed`: the documents of the start could not be taken in; the log says why. */
interface IngestState extends DocumentCounts {
  readonly state: "starting" | "reading" | "ready" | "failed";
}

/** Keeps how far the documents that a server begins with have been taken in. */
export function createIngestProgress() {
  let now: IngestState = { state: "starting", done: 0, total: 0 };
  return {
    begin(total: number) {
      now = { state: "reading", done: 0, total };
    },
    /** Files may have come since they were counted. */
    advance(done: number) {
      now = { state: "reading", done, total: Math.max(done, now.total) };
    },
    end(state: "ready" | "failed") {
      now = { ...now, state };
    },
    state: () => now,
    /** Undefined while nothing is being read. */
    reading: (): DocumentCounts | undefined =>
      now.state === "reading" ? { done: now.done, total: now.total } : undefined,
  };
}

export type IngestProgress = ReturnType<typeof createIngestProgress>;
