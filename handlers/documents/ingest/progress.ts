import type { IngestCounts, IngestRun } from "../../contract/operator/ingest.ts";
import type { Clock } from "../../ports/clock.ts";
import type { IngestReport } from "./report.ts";

/** Numbers of documents. */
export interface DocumentCounts {
  readonly done: number;
  readonly total: number;
}

/** For /api/health. `failed`: the last ingest of the folder failed; the log has the reason. */
export interface IngestState extends DocumentCounts {
  /** The number of documents that could not be read; the log names them. */
  readonly failed: number;
  readonly state: "starting" | "reading" | "ready" | "failed";
}

const mostFailures = 1000;

/** Tracks the ingest of the start's documents: its progress, and the last run that ended. */
export function createIngestProgress(clock: Clock) {
  let now: IngestState = { state: "starting", done: 0, total: 0, failed: 0 };
  let startedAt: string | undefined;
  let last: IngestRun | undefined;

  const time = () => new Date(clock.now()).toISOString();
  const keep = (run: Pick<IngestRun, "outcome" | "error" | "counts" | "failures">) => {
    const finishedAt = time();
    last = { started_at: startedAt ?? finishedAt, finished_at: finishedAt, ...run };
    startedAt = undefined;
  };

  return {
    begin(total: number) {
      startedAt = time();
      now = { state: "reading", done: 0, total, failed: 0 };
    },
    /** The total grows if files were added after they were counted. */
    advance({ added, changed, unchanged, failed }: IngestReport) {
      const done = added + changed + unchanged + failed.length;
      now = {
        state: "reading",
        done,
        total: Math.max(done, now.total),
        failed: failed.length,
      };
    },
    /** There is nothing to read. */
    skip() {
      now = { ...now, state: "ready" };
    },
    finish(report: IngestReport) {
      now = { ...now, state: "ready" };
      const failures = report.failed
        .slice(0, mostFailures)
        .map(({ path, code, failure }) => ({ path, code, message: failure }));
      keep({ outcome: "completed", error: null, counts: countsOf(report), failures });
    },
    fail(code: string, message: string) {
      now = { ...now, state: "failed" };
      keep({ outcome: "failed", error: { code, message }, counts: nothing, failures: [] });
    },
    state: () => now,
    /** The last run that ended; undefined: none since the start. */
    last: () => last,
    /** Undefined while no documents are being read. */
    reading: (): DocumentCounts | undefined =>
      now.state === "reading" ? { done: now.done, total: now.total } : undefined,
  };
}

export type IngestProgress = ReturnType<typeof createIngestProgress>;

const nothing: IngestCounts = {
  added: 0,
  changed: 0,
  unchanged: 0,
  removed: 0,
  failed: 0,
  skipped: 0,
  passages: 0,
};

function countsOf(report: IngestReport): IngestCounts {
  const { added, changed, unchanged, removed, passages, failed, skipped } = report;
  const outcome = { added, changed, unchanged, removed, passages };
  return { ...outcome, failed: failed.length, skipped: skipped.length };
}
