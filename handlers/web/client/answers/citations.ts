import { element, link, part } from "../lib/elements.ts";
import { safeUrl } from "../markdown/inline.ts";
import { claimsOf, markQuotes } from "./quotes.ts";
import type { CitedSource } from "../lib/wire.ts";

/** A passage's place: its document's title, then the headings above it. */
export function placeOf(source: CitedSource): string {
  const [first, ...rest] = source.heading_path;
  const headings = first === undefined || first === source.title ? rest : [first, ...rest];
  return [source.title, ...headings].filter((name) => name !== "").join(" › ");
}

/** A source's address, absolute or on this site; undefined if it is no web address. */
function addressOf(source: CitedSource): string | undefined {
  if (!source.url) return undefined;
  try {
    return safeUrl(new URL(source.url, location.href).href);
  } catch {
    return undefined;
  }
}

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
      const [title, ...headings] = placeOf(source).split(" › ");
      part("passage-title", HTMLElement).textContent = title || "Passage";
      const path = part("passage-path", HTMLElement);
      path.textContent = headings.join(" › ");
      path.hidden = headings.length === 0;

      const stretches = markQuotes(source.excerpt, claimsOf(answer, number));
      text.replaceChildren(
        ...stretches.map((stretch) =>
          stretch.quoted
            ? element("mark", "", stretch.text)
            : document.createTextNode(stretch.text),
        ),
      );
      const address = addressOf(source);
      part("passage-link", HTMLElement).replaceChildren(
        ...(address ? [link(address, "open-document", "Open the document")] : []),
      );
      if (!panel.open) panel.showModal();
      text.scrollTop = 0;
      const mark = text.querySelector("mark");
      if (mark) text.scrollTop = mark.offsetTop - text.offsetTop - text.clientHeight / 3;
    },
  };
}
