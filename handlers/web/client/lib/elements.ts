/** Creates an element; strings become text, never markup. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = "",
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** Creates a button with a text. */
export function button(className: string, label: string, onClick: () => void): HTMLButtonElement {
  const made = element("button", className, label);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

/** Creates a link that opens in a new tab. `url` must come from `safeUrl`. */
export function link(
  url: string,
  className: string,
  ...children: readonly (Node | string)[]
): Node {
  const made = element("a", className, ...children);
  made.href = url;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  return made;
}

/**
 * The page's element with this id.
 *
 * @throws Error when the page has no such element of this kind
 */
export function part<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no #${id}`);
  return found;
}

export type IconName =
  | "bad"
  | "check"
  | "close"
  | "copy"
  | "download"
  | "good"
  | "more"
  | "pencil"
  | "plus"
  | "regenerate"
  | "trash";

/** One of the page's icons, hidden from screen readers. */
export function icon(name: IconName): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const made = document.createElementNS(space, "svg");
  made.setAttribute("class", "icon");
  made.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#icon-${name}`);
  made.append(use);
  return made;
}

/** An icon button; `label` is its accessible name. */
export function iconButton(name: IconName, label: string, onClick: () => void): HTMLButtonElement {
  const made = button("icon-button", "", onClick);
  made.append(icon(name));
  made.setAttribute("aria-label", label);
  made.title = label;
  return made;
}
