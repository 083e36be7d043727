import { pause } from "../../lib/time.ts";
import type { Clock } from "../../ports/clock.ts";
import { PortFailure } from "../../ports/failure.ts";
import type { ChatPart } from "../parts.ts";
import { endOfBatch, fromLogged, toPart } from "./kept-parts.ts";
import type { PartBatch, Run } from "./run.ts";
import type { Runs } from "./runs.ts";
import type { RunProgress, RunStore, StoredRun } from "./store-runs.ts";

/** Milliseconds between two looks at a run that another process writes; only while a reader waits. */
const lookMilliseconds = 500;
/** How long an outage of the database is waited out, before the reader is told. */
const outageMilliseconds = 60_000;
/** How long a run may be unrenewed after an outage of the database, which its process may also have had. */
const recoveryMilliseconds = 8000;
/** How long to wait for another process to end an answer. */
const endingMilliseconds = 5000;
/** Later than every part. */
const afterAll = 2 ** 31 - 1;

interface StoredRunDependencies {
  readonly runs: Pick<Runs, "closing">;
  readonly runStore: RunStore;
  readonly clock: Clock;
}

/** A run that another process writes, or has written, read from its log. */
export function openStoredRun(stored: StoredRun, deps: StoredRunDependencies): Run {
  const { messageId, state } = stored;
  const { runStore, clock } = deps;
  return {
    ...stored,
    request: stored.request ?? undefined,
    kept: true,
    // The log is up to 2 s late: a reader may know more of it.
    length: state === "running" ? Infinity : stored.length,
    read(from) {
      const leaving = new AbortController();
      const batches = readLog(messageId, from, deps, leaving.signal);
      return {
        next: () => batches.next(),
        return() {
          // A generator returns only after the wait that it is in.
          leaving.abort();
          return batches.return();
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
    async end() {
      await runStore.requestStop(messageId);
      const until = clock.monotonic() + endingMilliseconds;
      while (clock.monotonic() < until) {
        const progress = await runStore.read(messageId, afterAll);
        if (progress?.state !== "running") return;
        await pause(lookMilliseconds);
      }
    },
  };
}

/**
 * The parts of a run from a position on, until its end. Where its process has died, was cut off, or the answer was
 * deleted, the last part says so, and is no part of the run.
 *
 * @throws PortFailure where the database refuses to be read
 */
async function* readLog(
  messageId: string,
  from: number,
  { runs, runStore, clock }: StoredRunDependencies,
  signal: AbortSignal,
): AsyncGenerator<PartBatch, void, void> {
  // What a client sends may be beyond the database's integers.
  let position = Math.min(from, afterAll);
  let outageBegan: number | undefined;
  let recoveredBy = 0;
  for (; !signal.aborted; await pause(lookMilliseconds, signal)) {
    if (runs.closing.aborted) return yield tell(position, unreachable);
    for (;;) {
      let progress: RunProgress | undefined;
      try {
        progress = await runStore.read(messageId, position);
      } catch (error) {
        if (!(error instanceof PortFailure) || !error.retryable) throw error;
        const now = clock.monotonic();
        outageBegan ??= now;
        recoveredBy = now + recoveryMilliseconds;
        if (now - outageBegan > outageMilliseconds) return yield tell(position, unreachable);
        break;
      }
      outageBegan = undefined;
      for (const batch of progress?.batches ?? []) {
        const parts = fromLogged(batch, position);
        // Its beginning has been swept just now.
        if (position + parts.length < batch.until) return yield tell(position, interrupted);
        for (let start = 0; start < parts.length;) {
          const end = endOfBatch(parts, start);
          yield { first: position, parts: parts.slice(start, end).map(toPart) };
          position += end - start;
          start = end;
        }
      }
      // There may be more.
      if (progress && progress.batches.length > 0) continue;
      if (progress?.state === "ended") return;
      const mayRecover = progress && clock.monotonic() < recoveredBy;
      if (progress?.state !== "running" && !mayRecover) return yield tell(position, interrupted);
      break;
    }
  }
}

function tell(position: number, part: ChatPart): PartBatch {
  return { first: position, parts: [part], provisional: true };
}

const interrupted: ChatPart = {
  type: "failed",
  code: "interrupted",
  message: "The answer was cut off. Ask again.",
  retryable: true,
};

const unreachable: ChatPart = {
  type: "failed",
  code: "unavailable",
  message: "The database is not answering, so the answer cannot be read on. Try again soon.",
  retryable: true,
};
