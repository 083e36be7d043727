import type { createIngest, Ingest } from "./ingest.ts";

/** `createIngest` whose code the first ingest loads: a worker that takes in no documents starts without it. */
export function createLateIngest(...given: Parameters<typeof createIngest>): Ingest {
  let ingest: Promise<Ingest> | undefined;
  const load = async () => (await import("./ingest.ts")).createIngest(...given);
  return async (...asked) => (await (ingest ??= load()))(...asked);
}
