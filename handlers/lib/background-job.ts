import type { Clock } from "../ports/clock.ts";
import { PortFailure } from "../ports/failure.ts";
import type { Logger } from "../ports/logger.ts";
import { describeCause } from "./describe-cause.ts";

/** Work that no request waits for; it runs once at a time. */
export interface BackgroundJob {
  /** Aborted by `stop`. */
  readonly signal: AbortSignal;
  /** To be called after each step of a run, which otherwise counts as lost after a while. */
  readonly moved: () => void;
  /**
   * Asks for a run and returns at once. During a run it asks for one more, however often it is called; while a retry
   * waits it does nothing.
   */
  readonly wake: () => void;
  /**
   * For platforms without timers between requests: continues if a retry is due. Settles when the work is done
   * or must be retried later. Never throws.
   */
  readonly runIfDue: () => Promise<void>;
  /** Settles when nothing is left to do or it must be retried later. Never throws. */
  readonly idle: () => Promise<void>;
  /** Aborts the run and settles when it has ended. */
  readonly stop: () => Promise<void>;
}

export interface BackgroundJobOptions {
  /**
   * Does the work. Resolves to the milliseconds after which to look again, or to undefined when all is done. What it
   * throws is logged, and the work retried.
   */
  readonly run: () => Promise<number | undefined>;
  /** The log message of a failure. */
  readonly failed: string;
  /**
   * Milliseconds without a step after which a run counts as lost: on some platforms it ends with its request.
   */
  readonly lostAfter: number;
  /** Milliseconds to wait after a first failure (1,000); doubled after each further one. */
  readonly firstRetry?: number | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

const longestRetry = 300_000;
/** Milliseconds to wait after a failure that a retry cannot mend. */
const hopelessRetry = 3_600_000;

/** Creates a job that retries after failures, at growing intervals. */
export function createBackgroundJob(options: BackgroundJobOptions): BackgroundJob {
  const { run, failed, lostAfter, firstRetry = 1000, clock, logger } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let wanted = false;
  let working: Promise<void> | undefined;
  let failures = 0;
  let movedAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer is due; on some platforms it never fires, because its request has ended. */
  let retryAt = 0;

  function moved(): void {
    movedAt = clock.monotonic();
  }

  function wake(): void {
    wanted = true;
    if (signal.aborted || (timer !== undefined && clock.monotonic() < retryAt)) return;
    clearTimeout(timer);
    timer = undefined;
    if (working && clock.monotonic() - movedAt <= lostAfter) return;
    moved();
    const begun = work().finally(() => {
      if (working === begun) working = undefined;
    });
    working = begun;
  }

  async function work(): Promise<void> {
    while (wanted && !signal.aborted) {
      wanted = false;
      try {
        const wait = await run();
        failures = 0;
        if (wait !== undefined) later(wait);
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        const failure = error instanceof PortFailure ? error : undefined;
        const usual = Math.min(firstRetry * 2 ** (failures - 1), longestRetry);
        const wait =
          failure?.retryable === false ? hopelessRetry : Math.max(failure?.retryAfter ?? 0, usual);
        const reason = failure?.message ?? describeCause(error);
        logger.warn(failed, { code: failure?.code ?? "internal", reason, retry_in_ms: wait });
        later(wait);
      }
      if (timer !== undefined) return;
    }
  }

  function later(milliseconds: number): void {
    retryAt = clock.monotonic() + milliseconds;
    timer = setTimeout(() => {
      timer = undefined;
      wake();
    }, milliseconds);
  }

  return {
    signal,
    moved,
    wake,
    idle: async () => working,
    async runIfDue() {
      if (timer !== undefined) wake();
      await working;
    },
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await working;
    },
  };
}
