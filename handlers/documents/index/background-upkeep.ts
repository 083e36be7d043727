import { createBackgroundJob, type BackgroundJob } from "../../lib/background-job.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Database } from "../../ports/database.ts";
import type { Logger } from "../../ports/logger.ts";

/** Milliseconds without a finished statement after which an upkeep counts as lost with its request. */
const lostAfter = 60_000;

/** Creates the upkeep as a job, which `stop` ends before its next statement. `onDone` is called after each one. */
export function createBackgroundUpkeep(
  database: Database,
  options: { clock: Clock; logger: Logger; onDone?: (() => void) | undefined },
): BackgroundJob {
  const job = createBackgroundJob({
    ...options,
    run: async () => {
      // Loaded by the first upkeep: a worker's start needs no code that merges and deletes.
      const { createUpkeep } = await import("./upkeep.ts");
      await createUpkeep(stepwise, { onDone: options.onDone })();
      return undefined;
    },
    failed: "index not tidied yet",
    lostAfter,
  });
  const step = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    job.signal.throwIfAborted();
    const result = await work();
    job.moved();
    return result;
  };
  const stepwise: Database = {
    query: (statement) => step(() => database.query(statement)),
    batch: (statements) => step(() => database.batch(statements)),
  };
  return job;
}
