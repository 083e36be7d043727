import { element, link } from "../lib/elements.ts";
import { parseInline, type Inline } from "./inline.ts";
import { mathsElement } from "./maths.ts";

export interface SpanDependencies {
  /** Makes the element of a `[n]`. */
  readonly cite: (number: number) => Node;
  /** Wraps a change of height that happens later, when a library has loaded. */
  readonly follow: (change: () => void) => void;
}

/** An element with a text of spans. */
export interface TextSlot {
  readonly element: HTMLElement;
  /** One key per child node, to find the changed ones. */
  readonly keys: string[];
}

/** Renders the spans that have changed since the last call. */
export function fillText(
  { element: target, keys }: TextSlot,
  text: string,
  deps: SpanDependencies,
): void {
  const spans = parseInline(text);
  for (const [index, span] of spans.entries()) {
    const key = JSON.stringify(span);
    if (keys[index] === key) continue;
    const standing = target.childNodes[index];
    if (standing instanceof Text && span.type === "text") appendText(standing, span.text);
    else if (standing) standing.replaceWith(render(span, deps));
    else target.append(render(span, deps));
    keys[index] = key;
  }
  keys.length = spans.length;
  while (target.childNodes.length > spans.length) target.lastChild?.remove();
}

function render(span: Inline, deps: SpanDependencies): Node {
  switch (span.type) {
    case "text":
      return new Text(span.text);
    case "code":
      return element("code", "", span.text);
    case "citation":
      return deps.cite(span.number);
    case "maths":
      return mathsElement(span, deps.follow);
    case "link":
      return link(span.url, "", ...span.children.map((child) => render(child, deps)));
    case "strong":
      return element("strong", "", ...span.children.map((child) => render(child, deps)));
    case "emphasis":
      return element("em", "", ...span.children.map((child) => render(child, deps)));
  }
}

/** Makes a node's only text this text; where it has only grown, appends. */
export function appendText(target: Node, text: string): void {
  const node =
    target instanceof Text ? target : (target.firstChild ?? target.appendChild(new Text()));
  if (!(node instanceof Text)) return;
  if (text.startsWith(node.data)) node.appendData(text.slice(node.data.length));
  else node.data = text;
}
