import { element } from "../lib/elements.ts";
import type { MathsSpan } from "./maths-spans.ts";
import { loadTypesetter, type Typeset } from "./typesetter.ts";

/** The library, once it has loaded. */
let typeset: Typeset | undefined;

/**
 * Maths as MathML; as its source until the library has loaded, and where it is no valid TeX.
 *
 * @param follow wraps the change when the library has loaded
 */
export function mathsElement(maths: MathsSpan, follow: (change: () => void) => void): HTMLElement {
  const frame = element("span", `maths maths-${maths.display}`, maths.source);
  if (maths.display === "block") {
    // It scrolls where the window is narrow, by keyboard too.
    frame.tabIndex = 0;
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", "Formula");
  }
  if (typeset) fill(frame, maths, typeset);
  // Without the library, the source stays.
  else fillLater(frame, maths, follow).catch(() => undefined);
  return frame;
}

async function fillLater(
  frame: HTMLElement,
  maths: MathsSpan,
  follow: (change: () => void) => void,
): Promise<void> {
  const loaded = await loadTypesetter();
  typeset = loaded;
  follow(() => fill(frame, maths, loaded));
}

function fill(frame: HTMLElement, { tex, display }: MathsSpan, typesetter: Typeset): void {
  const made = typesetter(tex, display);
  if (made) frame.replaceChildren(made);
}
