import type { CircuitReport } from "../handlers/ports/circuit.ts";
import type { Clock } from "../handlers/ports/clock.ts";
import type { Outcome } from "../handlers/ports/dependency.ts";
import { PortFailure } from "../handlers/ports/failure.ts";

export interface CircuitOptions {
  /** Names the dependency in failures, for example `database` or `language_model:gemini`. */
  readonly name: string;
  /** The circuit opens after this many consecutive failures. */
  readonly failures: number;
  /** How long it stays open before one probe is let through. */
  readonly openMilliseconds: number;
  readonly clock: Clock;
}

/** Permission for one operation. The first outcome reported counts, later ones are ignored. */
export interface Ticket {
  succeed(): void;
  /** Counts a failure of the dependency; a caller's mistake counts as success, an abort not at all (by the error's code). */
  fail(error: unknown): void;
  /** The caller gave up: no outcome. */
  abandon(): void;
}

export interface Circuit {
  /** Runs an operation unless the circuit is open, and counts its outcome. @throws what it throws, or PortFailure `unavailable` */
  run<Result>(operation: () => Promise<Result>): Promise<Result>;
  /** For an outcome known before the operation ends, such as a stream's first token. @throws PortFailure `unavailable` */
  enter(): Ticket;
  report(): CircuitReport;
  /** The latest outcome; health reads it before it probes. */
  latest(): Outcome | undefined;
}

/** What callers are told to wait while a probe is under way. */
const probeMilliseconds = 1000;

/**
 * A circuit breaker. After `failures` consecutive failures every operation fails at once for
 * `openMilliseconds`; then one operation is let through as a probe while the others still fail. The
 * probe's success closes the circuit, its failure opens it again; if it is abandoned, the next operation
 * is the probe. A refusal for the caller's mistake shows that the dependency works, and counts as success.
 */
export function createCircuit({
  name,
  failures,
  openMilliseconds,
  clock,
}: CircuitOptions): Circuit {
  let failureCount = 0;
  /** This and all other moments here are the monotonic clock's. */
  let openedAt: number | undefined;
  let latest: Outcome | undefined;
  let probe: { readonly startedAt: number } | undefined;
  /** Counts openings and closings: an outcome of an operation begun in an earlier epoch is ignored. */
  let epoch = 0;

  const close = () => {
    failureCount = 0;
    openedAt = undefined;
    epoch += 1;
  };
  const open = () => {
    openedAt = clock.monotonic();
    epoch += 1;
  };
  const refuse = (retryAfter: number): PortFailure => {
    const message = `${name} has failed several times in a row and is left alone for a while`;
    return new PortFailure("unavailable", message, { retryable: true, retryAfter });
  };

  function enter(): Ticket {
    if (openedAt === undefined) return issue(false);
    const now = clock.monotonic();
    const rest = openedAt + openMilliseconds - now;
    if (rest > 0) throw refuse(rest);
    // A ticket that is never settled must not keep the circuit open for ever.
    if (probe && now - probe.startedAt < openMilliseconds) throw refuse(probeMilliseconds);
    return issue(true);
  }

  function issue(isProbe: boolean): Ticket {
    const own = { startedAt: clock.monotonic() };
    const issuedIn = epoch;
    let isTold = false;
    if (isProbe) probe = own;
    /** Whether this outcome is the ticket's first, and of the current epoch. */
    const take = () => {
      if (isTold) return false;
      isTold = true;
      const isCurrent = issuedIn === epoch && (!isProbe || probe === own);
      if (probe === own) probe = undefined;
      return isCurrent;
    };
    const succeed = () => {
      if (!take()) return;
      latest = { isSuccess: true, at: clock.monotonic() };
      if (isProbe) close();
      else failureCount = 0;
    };
    const abandon = () => void take();
    return {
      succeed,
      abandon,
      fail(error) {
        const blame = blameOf(error);
        if (blame !== "dependency") return blame === "caller" ? succeed() : abandon();
        if (!take()) return;
        latest = { isSuccess: false, at: clock.monotonic() };
        failureCount += 1;
        if (isProbe || failureCount >= failures) open();
      },
    };
  }

  return {
    enter,
    latest: () => latest,
    async run(operation) {
      const ticket = enter();
      try {
        const result = await operation();
        ticket.succeed();
        return result;
      } catch (error) {
        ticket.fail(error);
        throw error;
      }
    },
    report() {
      if (openedAt === undefined)
        return { state: "closed", failureCount, openedAt: undefined, retryAt: undefined };
      const age = clock.monotonic() - openedAt;
      const state = age < openMilliseconds ? "open" : "half_open";
      const openedSince1970 = clock.now() - age;
      const retryAt = openedSince1970 + openMilliseconds;
      return { state, failureCount, openedAt: openedSince1970, retryAt };
    },
  };
}

function blameOf(error: unknown): "caller" | "dependency" | "nobody" {
  if (error instanceof Error && error.name === "AbortError") return "nobody";
  if (!(error instanceof PortFailure)) return "dependency";
  if (error.code === "aborted") return "nobody";
  // A database that has moved still answers reads.
  const isAnswer = ["invalid", "conflict", "not_found", "moved"].includes(error.code);
  return isAnswer ? "caller" : "dependency";
}
