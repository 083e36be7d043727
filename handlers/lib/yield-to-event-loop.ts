/** The longest time, in milliseconds, that a computation may block the event loop. */
const stretch = 8;

/**
 * Creates a function to call in long loops and await: when 8 ms have passed since the last time, it yields to
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
