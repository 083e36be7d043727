import type { Clock } from "../ports/clock.ts";

/** This machine's clock. */
export const systemClock: Clock = { now: Date.now, monotonic: () => performance.now() };

/** Resolves after this many milliseconds, or as soon as the signal aborts; never rejects. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done);
  });
}

/**
 * The promise's value, if it settles within this many milliseconds. The work behind it goes on either way.
 *
 * @param late called once the time is up; makes the error that is thrown
 * @throws what the promise rejects with, or what `late` returns
 */
export async function within<Value>(
  promise: Promise<Value>,
  milliseconds: number,
  late: () => Error,
): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the promise resolves within this many milliseconds. @throws what it rejects with in that time */
export async function resolvesWithin(
  promise: Promise<unknown>,
  milliseconds: number,
): Promise<boolean> {
  const late = new Error("late");
  try {
    await within(promise, milliseconds, () => late);
    return true;
  } catch (error) {
    if (error === late) return false;
    throw error;
  }
}
