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
 * and recovers without a restart.
 *
 * @param open connects and migrates; throws PortFailure
 */
export function superviseDatabase(
  open: () => Promise<OpenDatabase>,
  logger: Logger,
): DatabaseService {
  const opened = Promise.withResolvers<OpenDatabase>();
  const stopping = new AbortController();
  let state: DatabaseState = "starting";
  let starting: Promise<void> | undefined;

  async function openWithBackoff(): Promise<void> {
    for (let wait = firstRetryMilliseconds; ; wait = Math.min(wait * 2, lastRetryMilliseconds)) {
      try {
        const database = await open();
        state = "ready";
        opened.resolve(database);
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

  async function use<Result>(run: (database: OpenDatabase) => Promise<Result>): Promise<Result> {
    const database = await within(opened.promise, state === "down" ? 0 : patienceMilliseconds);
    try {
      const result = await run(database);
      state = "ready";
      return result;
    } catch (error) {
      if (error instanceof PortFailure && error.code === "unavailable") state = "down";
      throw error;
    }
  }

  return {
    start: () => (starting ??= openWithBackoff()),
    state: () => state,
    query: (statement) => use((database) => database.query(statement)),
    batch: (statements) => use((database) => database.batch(statements)),
    async stop() {
      stopping.abort();
      await starting;
      if (state !== "starting")
        await within(opened.promise, 0).then((database) => database.close(), ignore);
    },
  };
}

function ignore(): void {}

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
