import { element } from "../lib/elements.ts";
import type { CitedSource } from "../lib/wire.ts";
import { appendStretch, markQuotes, type Stretch } from "./quotes.ts";

/** Stretches as nodes, the marked ones as `<mark>`. */
export function markedNodes(stretches: readonly Stretch[]): Node[] {
  return stretches.map(({ text, marked }) =>
    marked ? element("mark", "", text) : document.createTextNode(text),
  );
}

/** A passage with what the claims quote marked, and its code in frames of its own. */
export function passageNodes(
  { excerpt, code = [] }: Pick<CitedSource, "excerpt" | "code">,
  claims: readonly string[],
): Node[] {
  const stretches = markQuotes(excerpt, claims);
  const nodes: Node[] = [];
  let end = 0;
  for (const span of code) {
    nodes.push(...markedNodes(slice(stretches, end, span.start, "prose")));
    const frame = element(
      "pre",
      "",
      element("code", "", ...markedNodes(slice(stretches, span.start, span.end, "code"))),
    );
    frame.dir = "ltr";
    frame.tabIndex = 0;
    nodes.push(frame);
    end = span.end;
  }
  return [...nodes, ...markedNodes(slice(stretches, end, excerpt.length, "prose"))];
}

/** The stretches from `start` to `end`; prose without the line breaks around it, which frames make. */
function slice(
  stretches: readonly Stretch[],
  start: number,
  end: number,
  kind: "prose" | "code",
): Stretch[] {
  const found: Stretch[] = [];
  let offset = 0;
  for (const { text, marked } of stretches) {
    appendStretch(
      found,
      text.slice(Math.max(0, start - offset), Math.max(0, end - offset)),
      marked,
    );
    offset += text.length;
  }
  if (kind === "code") return found;
  return found.map(({ text, marked }, index) => {
    const begun = index === 0 ? text.replace(/^\n+/, "") : text;
    return { text: index === found.length - 1 ? begun.replace(/\n+$/, "") : begun, marked };
  });
}
