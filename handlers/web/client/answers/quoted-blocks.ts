import { element } from "../lib/elements.ts";
import type { CitedSource } from "../lib/wire.ts";

/** The blocks of an answer that one marker belongs to. */
interface Group {
  readonly number: number;
  readonly blocks: Element[];
}

/** The share of an answer's letters that are its sources' own, from which on it is shown as quotes. */
const quotedShare = 0.8;

/**
 * Frames the quotes of an answer that consists of nothing else: adjacent blocks from one source become one
 * `<blockquote>` with one marker. Leaves any other answer as it is.
 */
export function frameQuotes(body: HTMLElement, sources: readonly CitedSource[]): void {
  const groups = readGroups(body);
  if (!groups || shareQuoted(groups, sources) < quotedShare) return;
  for (const { blocks } of groups) {
    const frame = element("blockquote", "quoted");
    blocks[0]?.before(frame);
    frame.append(...blocks);
    for (const marker of [...frame.querySelectorAll(".citation")].slice(0, -1)) {
      const block = marker.closest(".quoted > *");
      marker.remove();
      if (block?.textContent?.trim() === "") block.remove();
    }
  }
}

/** The answer's blocks by the marker at their end; undefined where a block has no marker or several. */
function readGroups(body: HTMLElement): Group[] | undefined {
  const groups: Group[] = [];
  let blocks: Element[] = [];
  for (const block of body.children) {
    if (block.textContent?.trim() === "") continue;
    blocks.push(block);
    const markers = [...block.querySelectorAll(".citation")].map(({ textContent }) => textContent);
    const [marker] = markers;
    if (marker === undefined) continue;
    if (markers.some((each) => each !== marker)) return undefined;
    const last = groups.at(-1);
    if (last?.number === Number(marker)) last.blocks.push(...blocks);
    else groups.push({ number: Number(marker), blocks });
    blocks = [];
  }
  return blocks.length > 0 || groups.length === 0 ? undefined : groups;
}

/** The share of the answer's letters in items, cells, lines and paragraphs that its sources have word for word. */
function shareQuoted(groups: readonly Group[], sources: readonly CitedSource[]): number {
  let all = 0;
  let quoted = 0;
  for (const { number, blocks } of groups) {
    const passage = lettersOf(sources[number - 1]?.excerpt ?? "");
    for (const unit of blocks.flatMap(unitsOf)) {
      all += unit.length;
      if (passage.includes(unit)) quoted += unit.length;
    }
  }
  return all === 0 ? 0 : quoted / all;
}

function unitsOf(block: Element): string[] {
  const inner = [...block.querySelectorAll("li, td, th, pre code")];
  const units = block.matches("pre") ? [block] : inner.length > 0 ? inner : [block];
  return units.flatMap((unit) => {
    const copy = unit.cloneNode(true) as Element;
    for (const each of copy.querySelectorAll("button")) each.remove();
    return (copy.textContent ?? "").split("\n").map(lettersOf);
  });
}

function lettersOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "");
}
