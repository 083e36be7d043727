/** Milliseconds between two returns: getting the focus and becoming visible come together. */
const least = 3000;

/**
 * Calls `work` when the reader comes back to the page or the network does, at most once in 3 s. The function it returns
 * calls `work` now; on a hidden page, when that is seen again.
 */
export function onReturn(work: () => void): () => void {
  let workedAt = 0;

  function comeBack(): void {
    if (document.visibilityState === "hidden" || Date.now() - workedAt < least) return;
    workedAt = Date.now();
    work();
  }
  addEventListener("focus", comeBack);
  addEventListener("online", comeBack);
  document.addEventListener("visibilitychange", comeBack);

  return () => {
    workedAt = 0;
    comeBack();
  };
}
