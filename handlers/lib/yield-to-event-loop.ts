/**
 * Milliseconds of work after which a computation yields: the step that is under way and garbage collection come
 * on top, and together they stay below 10 ms.
 */
const stretch = 6;

/**
 * Creates a function to call in long loops and await: when 6 ms have passed since the last time, it yields to
 * the event loop; otherwise it returns undefined at once.
 */
export function createYieldIfDue(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < stretch) return undefined;
    return new Promise((resolve) => {
      setTimeout(() => {
        since = performance.now();
        resolve();
      }, 0);
    });
  };
}
