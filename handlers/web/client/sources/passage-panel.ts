import { link, part } from "../lib/elements.ts";
import type { CitedSource } from "../lib/wire.ts";
import { passageNodes } from "./passage-text.ts";
import { addressOf, pageTitle, whereOf } from "./place.ts";
import { claimsOf } from "./quotes.ts";

/**
 * Creates the panel that shows the passage behind a `[n]`. As a modal dialog it takes the focus, closes on
 * Escape and returns the focus.
 */
export function createCitationPanel(): {
  readonly open: (number: number, source: CitedSource, answer: string) => void;
} {
  const panel = part("passage", HTMLDialogElement);
  const text = part("passage-text", HTMLElement);
  part("passage-close", HTMLButtonElement).addEventListener("click", () => panel.close());
  panel.addEventListener("click", (event) => {
    // The dialog's own box is the backdrop: its content fills it otherwise.
    if (event.target === panel) panel.close();
  });

  return {
    open(number, source, answer) {
      part("passage-number", HTMLElement).textContent = String(number);
      part("passage-title", HTMLElement).textContent = pageTitle(source);
      const path = part("passage-path", HTMLElement);
      path.textContent = whereOf(source);
      path.hidden = path.textContent === "";
      text.replaceChildren(...passageNodes(source, claimsOf(answer, number)));
      const address = addressOf(source);
      part("passage-link", HTMLElement).replaceChildren(
        ...(address ? [link(address, "open-document", "Open the page")] : []),
      );
      if (!panel.open) panel.showModal();
      text.scrollTop = 0;
      const mark = text.querySelector("mark");
      if (mark) text.scrollTop = mark.offsetTop - text.offsetTop - text.clientHeight / 3;
    },
  };
}
