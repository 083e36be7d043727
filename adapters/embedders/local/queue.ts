/** Work in short steps, which more urgent work may interrupt; returns its result. */
export type Steps<Result> = AsyncGenerator<undefined, Result, undefined>;

export type Urgency = "question" | "passages";

export interface StepQueue {
  /** Adds work and resolves to its result. Rejects with its error, or with the signal's reason. */
  run<Result>(urgency: Urgency, steps: Steps<Result>, signal: AbortSignal): Promise<Result>;
}

interface Entry {
  /** Does one step; true when none is left. */
  step(): Promise<boolean>;
}

/**
 * Creates a queue that does one step at a time, questions before passages, so that a question waits for one
 * step at most. Between two steps the event loop runs once, which lets new work arrive.
 */
export function createStepQueue(): StepQueue {
  const waiting: Record<Urgency, Entry[]> = { question: [], passages: [] };
  let isWorking = false;

  async function work(): Promise<void> {
    if (isWorking) return;
    isWorking = true;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const list = waiting.question.length > 0 ? waiting.question : waiting.passages;
      const [entry] = list;
      if (entry === undefined) break;
      if (await entry.step()) list.splice(list.indexOf(entry), 1);
    }
    isWorking = false;
  }

  return {
    run: (urgency, steps, signal) =>
      new Promise((resolve, reject) => {
        waiting[urgency].push({
          async step() {
            try {
              signal.throwIfAborted();
              const { done, value } = await steps.next();
              if (done === true) resolve(value);
              return done === true;
            } catch (error) {
              reject(error);
              return true;
            }
          },
        });
        void work();
      }),
  };
}
