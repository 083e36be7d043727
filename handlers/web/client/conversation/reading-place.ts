import { part } from "../lib/elements.ts";

export interface ReadingPlace {
  /** Makes a change, and stays at the end if the reader was there. */
  readonly follow: (change: () => void) => void;
  toEnd(): void;
}

/** Keeps the end in view while the reader is there, and leaves them alone anywhere else. */
export function createReadingPlace(): ReadingPlace {
  const scroller = part("scroller", HTMLElement);
  const latest = part("latest", HTMLButtonElement);
  let atEnd = true;

  function toEnd(): void {
    scroller.scrollTop = scroller.scrollHeight;
  }

  scroller.addEventListener(
    "scroll",
    () => {
      atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 48;
      latest.hidden = atEnd;
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
    follow(change) {
      change();
      if (atEnd) toEnd();
      else latest.hidden = false;
    },
  };
}
