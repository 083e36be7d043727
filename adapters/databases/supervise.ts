import type { Database, DatabaseService, DatabaseState } from "../../handlers/ports/database.ts";
import { PortFailure } from "../../handlers/ports/failure.ts";
import type { Logger } from "../../handlers/ports/logger.ts";

export interface OpenDatabase extends Database {
  close(): Promise<void>;
}

/** How long a query waits for a database that is still starting: an embedded one needs less than a second. */
const patienceMilliseconds = 10_000;
const firstRetryMilliseconds = 500;
const lastRetryMilliseconds = 30_000;

/**
 * Opens a database with backoff for as long as it takes, so that the server listens before it is there
 * and recovers without a restart. One that goes away is asked again with the same backoff: nobody
 * else may, because a server that is not ready gets no requests.
 *
 * @param open connects and migrates; throws PortFailure
 */
export function superviseDatabase(
  open: () => Promise<OpenDatabase>,
  logger: Logger,
): DatabaseService {
  const firstOpened = Promise.withResolvers<OpenDatabase>();
  const stopping = new AbortController();
  let database: OpenDatabase | undefined;
  let state: DatabaseState = "starting";
  let starting: Promise<void> | undefined;

  async function tryUntilItWorks(attempt: () => Promise<void>): Promise<void> {
    for (let wait = firstRetryMilliseconds; ; wait = Math.min(wait * 2, lastRetryMilliseconds)) {
      try {
        await attempt();
        state = "ready";
        return;
      } catch (error) {
        state = "down";
        if (stopping.signal.aborted) return;
        const { code, message } = describe(error);
        logger.error("database not available", { code, reason: message, retry_in_ms: wait });
        await pause(wait, stopping.signal);
        if (stopping.signal.aborted) return;
      }
    }
  }

  async function start(): Promise<void> {
    await tryUntilItWorks(async () => {
      database = await open();
      firstOpened.resolve(database);
    });
  }

  async function use<Result>(run: (database: OpenDatabase) => Promise<Result>): Promise<Result> {
    const patience = state === "down" ? 0 : patienceMilliseconds;
    const opened = database ?? (await within(firstOpened.promise, patience));
    try {
      const result = await run(opened);
      state = "ready";
      return result;
    } catch (error) {
      if (error instanceof PortFailure && error.code === "unavailable") lose(opened);
      throw error;
    }
  }

  function lose(lost: OpenDatabase): void {
    if (state === "down" || stopping.signal.aborted) return;
    state = "down";
    void tryUntilItWorks(async () => {
      // A caller may have found out in the meantime.
      if (state === "down") await lost.query({ text: "select 1", values: [] });
    });
  }

  return {
    start: () => (starting ??= start()),
    state: () => state,
    query: (statement) => use((opened) => opened.query(statement)),
    batch: (statements) => use((opened) => opened.batch(statements)),
    async stop() {
      stopping.abort();
      await starting;
      await database?.close();
    },
  };
}

function describe(error: unknown): { code: string; message: string } {
  // A PortFailure's message is written to be shown; a driver's may hold a URL.
  if (error instanceof PortFailure) return { code: error.code, message: error.message };
  return { code: "internal", message: error instanceof Error ? error.name : "unknown" };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** @throws PortFailure `unavailable` when the promise takes longer */
async function within<Value>(promise: Promise<Value>, milliseconds: number): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = "The database is not available yet.";
      reject(new PortFailure("unavailable", message, { retryable: true, retryAfter: 2000 }));
    }, milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
