import { part } from "../lib/elements.ts";

/** TeX as a MathML element; undefined where the TeX is not valid. */
export type Typeset = (tex: string, display: "inline" | "block") => Element | undefined;

declare global {
  /** Set by the script `parts/maths.ts`. */
  var docentTypeset: Typeset | undefined;
}

let loading: Promise<Typeset> | undefined;

/**
 * Loads the library that typesets maths, once.
 *
 * @throws Error when it cannot be loaded
 */
export function loadTypesetter(): Promise<Typeset> {
  loading ??= new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error("The script for maths could not be loaded"));
    const template = part("parts", HTMLTemplateElement).content.querySelector("script");
    if (!template) return fail();
    // The copy keeps the address and the hash that the policy asks for. To set an address needs a trusted type.
    const script = document.importNode(template, true);
    script.addEventListener("load", () => {
      if (globalThis.docentTypeset) resolve(globalThis.docentTypeset);
      else fail();
    });
    script.addEventListener("error", fail);
    document.head.append(script);
  });
  return loading;
}
