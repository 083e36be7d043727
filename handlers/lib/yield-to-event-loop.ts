/** The longest stretch of computing, in milliseconds, that other requests of this thread should wait for. */
const stretch = 8;

/**
 * Makes a function to await inside long loops: it does nothing until a stretch of computing has
 * passed, then lets the event loop serve whoever waits.
 */
export function createBreath(): () => Promise<void> | undefined {
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
