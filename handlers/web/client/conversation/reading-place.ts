import { part } from "../lib/elements.ts";

export interface ReadingPlace {
  /** Makes a change, then scrolls to the end if the reader was there before. */
  readonly follow: (change: () => void) => void;
  readonly toEnd: () => void;
  /** Empties the conversation: what takes its place is shown from its beginning. */
  readonly clear: () => void;
}

/** Follows the end of the conversation while the reader is there; never scrolls otherwise. */
export function createReadingPlace(): ReadingPlace {
  const scroller = part("scroller", HTMLElement);
  const log = part("log", HTMLElement);
  const latest = part("latest", HTMLButtonElement);
  let atEnd = true;

  function toEnd(): void {
    scroller.scrollTop = scroller.scrollHeight;
    latest.hidden = true;
  }

  scroller.addEventListener(
    "scroll",
    () => {
      atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 48;
      latest.hidden = atEnd || log.childElementCount === 0;
    },
    { passive: true },
  );
  latest.addEventListener("click", () => {
    toEnd();
    scroller.focus();
  });
  new ResizeObserver(() => {
    if (atEnd) toEnd();
  }).observe(scroller);

  return {
    toEnd() {
      atEnd = true;
      toEnd();
    },
    clear() {
      log.replaceChildren();
      atEnd = true;
      scroller.scrollTop = 0;
      latest.hidden = true;
    },
    follow(change) {
      change();
      if (atEnd) toEnd();
      else latest.hidden = false;
    },
  };
}
