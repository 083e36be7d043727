import type { TextSpan } from "../../../contract/text-span.ts";
import { element } from "../lib/elements.ts";
import { parseInline, type Inline } from "../markdown/inline.ts";

const remark = "Not found in the documents";

/** A letter of the rendered answer and its position. */
interface Place {
  readonly node: Text;
  readonly offset: number;
}

/**
 * Marks unsupported sentences in a rendered answer. They are located by their letters alone, in order, because
 * rendering removes Markdown's marks. A sentence that is not found stays unmarked.
 *
 * @param spans in UTF-16 units of the answer's Markdown, in order
 */
export function markUnsupported(
  body: HTMLElement,
  answer: string,
  spans: readonly TextSpan[],
): void {
  if (spans.length === 0) return;
  const places = readPlaces(body);
  const letters = places.map(({ node, offset }) => node.data[offset]).join("");
  let from = 0;
  const found = spans.flatMap(({ start, end }) => {
    const sought = lettersOf(parseInline(answer.slice(start, end)));
    const at = sought === "" ? -1 : letters.indexOf(sought, from);
    if (at === -1) return [];
    from = at + sought.length;
    return [places.slice(at, from)];
  });
  // From last to first, because marking splits text nodes and must not move the positions before.
  for (const sentence of found.toReversed()) mark(sentence);
}

function readPlaces(body: HTMLElement): Place[] {
  const places: Place[] = [];
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!(node instanceof Text) || node.parentElement?.closest(".citation, .code-block, .maths"))
      continue;
    for (let offset = 0; offset < node.data.length; offset += 1) {
      if (isLetter(node.data, offset)) places.push({ node, offset });
    }
  }
  return places;
}

function mark(sentence: readonly Place[]): void {
  const runs = [...Map.groupBy(sentence, ({ node }) => node)].toReversed();
  for (const [index, [node, places]] of runs.entries()) {
    // Marks the whole text between the first and the last letter, spaces too.
    const isFirst = index === runs.length - 1;
    const marked = node.splitText(isFirst ? (places[0]?.offset ?? 0) : 0);
    if (index === 0) {
      const end = (places.at(-1)?.offset ?? 0) + 1 - node.data.length;
      // Includes the full stop.
      const stop = /^["'”’»)]*[.!?。！？।…]+/u.exec(marked.data.slice(end))?.[0].length ?? 0;
      marked.splitText(end + stop);
    }
    const made = element("span", "unsupported");
    made.title = remark;
    marked.replaceWith(made);
    made.append(marked);
    if (index === 0) made.append(element("span", "unseen", ` (${remark.toLowerCase()})`));
  }
}

function lettersOf(spans: readonly Inline[]): string {
  let letters = "";
  for (const span of spans) {
    if ("text" in span) {
      for (let offset = 0; offset < span.text.length; offset += 1) {
        if (isLetter(span.text, offset)) letters += span.text[offset];
      }
    } else if ("children" in span) letters += lettersOf(span.children);
  }
  return letters;
}

function isLetter(text: string, offset: number): boolean {
  return /[\p{L}\p{M}\p{N}\p{Cs}]/u.test(text.charAt(offset));
}
