import type { CircuitReport } from "../handlers/ports/circuit.ts";
import type { Clock } from "../handlers/ports/clock.ts";
import type { Outcome } from "../handlers/ports/dependency.ts";
import { PortFailure } from "../handlers/ports/failure.ts";

export interface CircuitOptions {
  /** What a caller is told is resting, for example `database` or `language_model:gemini`. */
  readonly name: string;
  /** So many failures in a row open it. */
  readonly failures: number;
  /** For so long it lets nobody through. */
  readonly openMilliseconds: number;
  readonly clock: Clock;
}

/** Leave to try once. The first outcome told counts, any later one is ignored. */
export interface Ticket {
  succeed(): void;
  /** Counts what the dependency did wrong; the caller's own mistake and an abort are told apart by their code. */
  fail(error: unknown): void;
  /** Nothing was learned: the caller gave up. */
  abandon(): void;
}

export interface Circuit {
  /** Runs an operation if the circuit lets it, and counts its outcome. @throws what it throws, or PortFailure `unavailable` */
  run<Result>(operation: () => Promise<Result>): Promise<Result>;
  /** For an outcome that is known before the operation ends, as a stream's first token. @throws PortFailure `unavailable` */
  enter(): Ticket;
  report(): CircuitReport;
  /** How the latest operation ended that said anything; health reads it before it asks by itself. */
  latest(): Outcome | undefined;
}

/** What others wait while somebody is finding out whether the dependency is back. */
const probeMilliseconds = 1000;

/**
 * Spares a dependency that has failed several times in a row: nobody gets through for a while, then one
 * caller tries while the others still fail at once. Its success closes the circuit, its failure opens it
 * again; when it gives up, the next caller tries. One answer that turns the caller down is an answer.
 */
export function createCircuit({
  name,
  failures,
  openMilliseconds,
  clock,
}: CircuitOptions): Circuit {
  let failureCount = 0;
  let openedAt: number | undefined;
  let latest: Outcome | undefined;
  let probe: { readonly startedAt: number } | undefined;
  /** Counts openings and closings: what began under another one says nothing about now. */
  let epoch = 0;

  const close = () => {
    failureCount = 0;
    openedAt = undefined;
    epoch += 1;
  };
  const open = () => {
    openedAt = clock.now();
    epoch += 1;
  };
  const refuse = (retryAfter: number): PortFailure => {
    const message = `${name} has failed several times in a row and is left alone for a while`;
    return new PortFailure("unavailable", message, { retryable: true, retryAfter });
  };

  function enter(): Ticket {
    if (openedAt === undefined) return issue(false);
    const now = clock.now();
    const rest = openedAt + openMilliseconds - now;
    if (rest > 0) throw refuse(rest);
    // A probe that was forgotten must not keep the circuit open for ever.
    if (probe && now - probe.startedAt < openMilliseconds) throw refuse(probeMilliseconds);
    return issue(true);
  }

  function issue(isProbe: boolean): Ticket {
    const own = { startedAt: clock.now() };
    const issuedIn = epoch;
    let isTold = false;
    if (isProbe) probe = own;
    /** Whether the outcome told now is the first, and still of interest. */
    const take = () => {
      if (isTold) return false;
      isTold = true;
      const isCurrent = issuedIn === epoch && (!isProbe || probe === own);
      if (probe === own) probe = undefined;
      return isCurrent;
    };
    const succeed = () => {
      if (!take()) return;
      latest = { isSuccess: true, at: clock.now() };
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
        latest = { isSuccess: false, at: clock.now() };
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
      const retryAt = openedAt === undefined ? undefined : openedAt + openMilliseconds;
      const isResting = retryAt !== undefined && clock.now() < retryAt;
      const state = retryAt === undefined ? "closed" : isResting ? "open" : "half_open";
      return { state, failureCount, openedAt, retryAt };
    },
  };
}

function blameOf(error: unknown): "caller" | "dependency" | "nobody" {
  if (error instanceof Error && error.name === "AbortError") return "nobody";
  if (!(error instanceof PortFailure)) return "dependency";
  if (error.code === "aborted") return "nobody";
  const isMistake = ["invalid", "conflict", "not_found"].includes(error.code);
  return isMistake ? "caller" : "dependency";
}
