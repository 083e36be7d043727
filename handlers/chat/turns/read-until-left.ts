import type { PartBatch, Run } from "./run.ts";

/** All parts of a run that cannot be resumed: it stops when its reader leaves. */
export async function* readUntilLeft(run: Run): AsyncGenerator<PartBatch, void, void> {
  try {
    yield* run.read(0);
  } finally {
    run.stop();
  }
}
