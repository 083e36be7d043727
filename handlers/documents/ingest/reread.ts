/** Whether another attempt may succeed, as after an outage of the database. */
export type AttemptOutcome = "done" | "again";

/**
 * Runs `attempt` one at a time. A request during a run is answered by one more run after it, because files may have
 * changed behind the reader; further requests share that one.
 *
 * @param attempt never rejects
 */
export function createRereading(attempt: () => Promise<AttemptOutcome>, signal: AbortSignal) {
  let running: Promise<AttemptOutcome> | undefined;
  let isAskedAgain = false;

  async function runWhileAsked(): Promise<AttemptOutcome> {
    let outcome: AttemptOutcome;
    do {
      isAskedAgain = false;
      outcome = await attempt();
    } while (isAskedAgain && !signal.aborted);
    running = undefined;
    return outcome;
  }

  const run = (): Promise<AttemptOutcome> => {
    if (running) isAskedAgain = true;
    else running = runWhileAsked();
    return running;
  };

  return {
    /** Resolves with the outcome of the last run. Never rejects. */
    run,
    /** Starts a run in the background, or queues one. */
    ask(): "started" | "queued" {
      const state = running ? "queued" : "started";
      void run();
      return state;
    },
  };
}

export type Rereading = ReturnType<typeof createRereading>;
