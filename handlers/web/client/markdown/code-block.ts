import { copyText } from "../lib/clipboard.ts";
import { button, element } from "../lib/elements.ts";

/** A frame for code, with its language's name and a button that copies it. */
export function codeBlock(language: string): { frame: HTMLElement; code: HTMLElement } {
  const code = element("code");
  const box = element("pre", "", code);
  // It scrolls where the window is narrow, by keyboard too.
  box.tabIndex = 0;
  const head = element("div", "code-head", element("span", "code-language", language));
  head.append(copyButton(() => code.textContent ?? ""));
  const frame = element("div", "code-block", head, box);
  frame.dir = "ltr";
  return { frame, code };
}

function copyButton(read: () => string): HTMLElement {
  const made = button("quiet copy-code", "", () => void copy());
  made.append(...label());
  made.setAttribute("aria-live", "polite");

  async function copy(): Promise<void> {
    made.textContent = (await copyText(read())) ? "Copied" : "Could not copy";
    setTimeout(() => made.replaceChildren(...label()), 2000);
  }
  return made;
}

function label(): (Node | string)[] {
  return ["Copy", element("span", "unseen", " code")];
}
