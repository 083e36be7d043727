import { button, element, part } from "./elements.ts";

export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

export type Notify = (line: string, action?: NoticeAction) => void;

/**
 * Creates the function that shows a line at the page's bottom for a few seconds and reads it out to screen
 * readers.
 */
export function createNotices(): Notify {
  const region = part("notice", HTMLElement);
  const home = region.parentElement ?? document.body;
  let timer = 0;

  function hide(): void {
    clearTimeout(timer);
    region.replaceChildren();
    home.append(region);
  }

  function hideSoon(): void {
    clearTimeout(timer);
    timer = setTimeout(hide, 8000);
  }

  // A notice stays while the pointer or the focus is on it.
  region.addEventListener("pointerenter", () => clearTimeout(timer));
  region.addEventListener("focusin", () => clearTimeout(timer));
  region.addEventListener("pointerleave", hideSoon);
  region.addEventListener("focusout", hideSoon);
  // A notice inside a drawer would disappear when the drawer closes.
  addEventListener("close", () => region.childElementCount > 0 && home.append(region), true);

  return (line, action) => {
    // Elements outside of an open modal dialog cannot be reached.
    const top = [...document.querySelectorAll("dialog:modal")].at(-1) ?? home;
    if (region.parentElement !== top) top.append(region);
    const words = element("span", "", line);
    words.dir = "auto";
    region.replaceChildren(words);
    if (action) {
      region.append(
        button("notice-action", action.label, () => {
          hide();
          action.run();
        }),
      );
    }
    hideSoon();
  };
}
