import type { PartBatch, Run } from "./run.ts";

/** All parts of a run that cannot be resumed: it stops when its reader leaves, also while the model says nothing. */
export function readUntilLeft(run: Run): AsyncIterator<PartBatch, void, void> {
  const batches = run.read(0);
  return {
    next: () => batches.next(),
    async return() {
      // First, because the generator itself returns only at its next part, which may never come.
      void run.end();
      await batches.return?.();
      return { done: true, value: undefined };
    },
  };
}
