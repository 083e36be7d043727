import { createYieldIfDue } from "../../lib/yield-to-event-loop.ts";
import { TooMuchWork } from "../parsing/parser.ts";

const atLeastMilliseconds = 30_000;
const millisecondsPerMegabyte = 10_000;

/** The longest time that reading a document may work, in milliseconds; a usual one takes a hundredth. */
export function workLimit(bytes: number): number {
  return atLeastMilliseconds + (bytes / 1_000_000) * millisecondsPerMegabyte;
}

/**
 * Creates the `pause` of one document: it yields to the event loop when that is due. Only time at work counts,
 * not the time that other work takes meanwhile.
 *
 * The function throws TooMuchWork once the document has worked for longer than `limit` milliseconds.
 */
export function createLimitedPause(limit: number): () => Promise<void> | undefined {
  const yieldIfDue = createYieldIfDue();
  let worked = 0;
  let since = performance.now();
  const resume = async (yielding: Promise<void>) => {
    await yielding;
    since = performance.now();
  };
  return () => {
    const now = performance.now();
    worked += now - since;
    since = now;
    if (worked > limit) {
      throw new TooMuchWork(
        `too slow to read: given up after ${Math.ceil(limit / 1000)} s of work`,
      );
    }
    const yielding = yieldIfDue();
    return yielding && resume(yielding);
  };
}
