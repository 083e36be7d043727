import { pause, systemClock, within } from "../../handlers/lib/time.ts";
import type { Clock } from "../../handlers/ports/clock.ts";
import type { Database, DatabaseService, DatabaseState } from "../../handlers/ports/database.ts";
import { PortFailure } from "../../handlers/ports/failure.ts";
import type { Logger } from "../../handlers/ports/logger.ts";
import { createCircuit, type Circuit } from "../circuit.ts";
import { askInTime, pingDatabase, runConnectAttempt } from "./connect-attempt.ts";
import { createOutageLog } from "./outage-log.ts";

export interface OpenDatabase extends Database {
  /** Gives up connections on which nothing answers any more; their calls fail. */
  reset?(): Promise<void>;
  close(): Promise<void>;
}

export interface SuperviseOptions {
  readonly clock?: Clock;
  readonly circuit?: Circuit;
  /**
   * `background`: reconnects with backoff, because a server that is not ready gets no requests.
   * `on-demand`: the next request tries, where nothing runs between requests.
   */
  readonly recovery?: "background" | "on-demand";
  /** How long health relies on the latest success before it probes, so that an idle database may sleep. */
  readonly freshMilliseconds?: number;
  /** The probe of an idle or lost database; `select 1` unless given. */
  readonly ask?: (database: Database) => Promise<void>;
}

/** How long a query waits for a database that is starting; the embedded one takes less than a second. */
const patienceMilliseconds = 10_000;
const firstRetryMilliseconds = 500;
/** With the circuit's time below, so that the service is back within 5 s of the database. */
const lastRetryMilliseconds = 2000;
const openMilliseconds = 2500;
/** After a failure that needs the operator, such as a damaged directory. */
const hopelessMilliseconds = 10_000;
const awayCodes: ReadonlySet<string> = new Set(["unavailable", "unauthorized", "out_of_credit"]);

/**
 * Opens a database in the background with exponential backoff (0.5 to 2 s), so that the server listens
 * before the database is there and recovers without a restart. Every operation goes through its circuit.
 * Queries throw PortFailure: the database's own, or `unavailable` while it is not open, refuses Docent's
 * password or wants to be paid.
 *
 * @param open connects and migrates, until the signal aborts; throws PortFailure
 */
export function superviseDatabase(
  open: (signal: AbortSignal) => Promise<OpenDatabase>,
  logger: Logger,
  options: SuperviseOptions = {},
): DatabaseService {
  const { clock = systemClock, recovery = "background", ask = pingDatabase } = options;
  const circuit =
    options.circuit ?? createCircuit({ name: "database", failures: 5, openMilliseconds, clock });
  const firstOpened = Promise.withResolvers<OpenDatabase>();
  // Nobody may be waiting for it when it is given up.
  firstOpened.promise.catch(() => undefined);
  const stopping = new AbortController();
  const outages = createOutageLog(logger, clock);
  let database: OpenDatabase | undefined;
  const isOnDemand = recovery === "on-demand";
  let state: DatabaseState = isOnDemand ? "ready" : "starting";
  let starting: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;
  let isRecovering = false;

  async function tryUntilItWorks(attempt: () => Promise<void>): Promise<void> {
    for (let wait = firstRetryMilliseconds; ; wait = Math.min(wait * 2, lastRetryMilliseconds)) {
      let isHopeless = false;
      let isAsked = false;
      try {
        await runConnectAttempt(circuit, () => {
          isAsked = true;
          return attempt();
        });
        return found();
      } catch (error) {
        if (stopping.signal.aborted) return;
        state = "down";
        // Refused by the open circuit: there is no new error to log.
        if (isAsked) outages.begin(error);
        isHopeless = error instanceof PortFailure && !error.retryable;
        const rest = (circuit.report().retryAt ?? 0) - clock.now();
        await pause(Math.max(isHopeless ? hopelessMilliseconds : wait, rest), stopping.signal);
        if (stopping.signal.aborted) return;
      }
    }
  }

  async function start(): Promise<void> {
    await tryUntilItWorks(async () => {
      database ??= await open(stopping.signal);
      firstOpened.resolve(database);
    });
  }

  function found(): void {
    state = "ready";
    outages.end();
  }

  async function obtain(): Promise<OpenDatabase> {
    if (isOnDemand) return (database = await open(stopping.signal));
    return within(firstOpened.promise, state === "down" ? 0 : patienceMilliseconds, notOpen);
  }

  async function use<Result>(run: (database: OpenDatabase) => Promise<Result>): Promise<Result> {
    const opened = database ?? (await obtain());
    let isAsked = false;
    try {
      const result = await circuit.run(() => {
        isAsked = true;
        return run(opened);
      });
      found();
      return result;
    } catch (error) {
      if (!isAsked) throw error;
      const isAway = error instanceof PortFailure && awayCodes.has(error.code);
      if (isAway || circuit.report().state !== "closed") lose(opened, error);
      throw isAway ? toOutage(error) : error;
    }
  }

  function lose(lost: OpenDatabase, error: unknown): void {
    if (stopping.signal.aborted) return;
    const wasReady = state === "ready";
    state = "down";
    if (isOnDemand) return outages.begin(error);
    if (isRecovering) {
      // A request had found the database before the recovery did, so this is a new outage.
      if (wasReady) outages.begin(error);
      return;
    }
    isRecovering = true;
    void tryUntilItWorks(async () => {
      // An operation may have succeeded in the meantime.
      if (state === "down") await askInTime(lost, ask);
    }).finally(() => (isRecovering = false));
  }

  async function stop(): Promise<void> {
    stopping.abort();
    // What still waits for it would wait in vain.
    firstOpened.reject(notOpen());
    await starting;
    await database?.close();
  }

  return {
    start: () => (starting ??= start()),
    state: () => state,
    query: (statement) => use((opened) => opened.query(statement)),
    batch: (statements) => use((opened) => opened.batch(statements)),
    dependency: {
      service: "database",
      name: "database",
      circuit,
      freshMilliseconds: options.freshMilliseconds ?? 60_000,
      probe: () => use(ask),
    },
    stop: () => (stopped ??= stop()),
  };
}

function notOpen(): PortFailure {
  const details = { retryable: true, retryAfter: 2000 };
  return new PortFailure("unavailable", "The database is not available yet.", details);
}

/** A refused password is an outage like others: Docent keeps trying, and works again once the operator mends it. */
function toOutage(cause: PortFailure): PortFailure {
  if (cause.retryable) return cause;
  return new PortFailure("unavailable", cause.message, { retryable: true, cause });
}
