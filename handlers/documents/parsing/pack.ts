import type { ParsedBlock } from "./block.ts";
import { characterStart, sentenceEnds } from "./sentences.ts";

type Content = Extract<ParsedBlock, { kind: "prose" | "item" | "verbatim" | "note" }>;

interface Span {
  readonly start: number;
  readonly end: number;
}

// UTF-16 units. A section up to `longest` stays whole; a longer one is cut into passages of about `usual`.
const longest = 1_500;
const usual = 1_000;
const shortest = 250;
// UTF-16 units by which a cut at a worse border counts as farther from the best length.
const worse = { block: 0, item: 100, sentence: 300, line: 300, short: 500 };

/**
 * Cuts one section's blocks into passages: preferably between blocks, then list items, then sentences, else
 * anywhere. Yields null for a piece of white space, so that the caller can pause.
 */
export function* pack(text: string, blocks: readonly Content[]): Generator<Span | null> {
  const last = blocks.at(-1);
  let start = blocks[0]?.start ?? 0;
  if (last === undefined) return;
  let block = 0;
  while (last.end - start > longest) {
    while ((blocks[block]?.end ?? last.end) <= start) block += 1;
    const cut = bestCut(text, blocks, block, start, last.end);
    yield trim(text, start, cut);
    start = cut;
  }
  yield trim(text, start, last.end);
}

function bestCut(
  text: string,
  blocks: readonly Content[],
  from: number,
  start: number,
  end: number,
): number {
  const length = end - start;
  const ideal = start + Math.ceil(length / Math.ceil(length / usual));
  let best = -1;
  let lowest = Number.POSITIVE_INFINITY;
  const consider = (at: number, penalty: number) => {
    if (at <= start || at > start + longest) return;
    const short = at - start < shortest ? worse.short : 0;
    const cost = Math.abs(at - ideal) + penalty + short;
    if (cost >= lowest) return;
    lowest = cost;
    best = at;
  };
  for (let index = from; index < blocks.length; index += 1) {
    const block = blocks[index];
    if (block === undefined || block.start > start + longest) break;
    const isNextItem = block.kind === "item" && blocks[index - 1]?.kind === "item";
    consider(block.start, isNextItem ? worse.item : worse.block);
    // Code and tables of at most `longest` units stay whole.
    if (block.kind === "verbatim" && block.end - block.start <= longest && block.start >= start)
      continue;
    const low = Math.max(block.start, start);
    const window = text.slice(low, Math.min(block.end, start + longest));
    for (const { 0: found, index: offset } of window.matchAll(
      /\n[ \t]*(?:[-*+]|\d+[.)])[ \t]|\n/g,
    )) {
      if (block.kind === "verbatim") consider(low + offset + 1, worse.line);
      else if (block.kind === "item" && found.length > 1) consider(low + offset + 1, worse.item);
    }
    if (block.kind === "verbatim") continue;
    for (const offset of sentenceEnds(window)) consider(low + offset, worse.sentence);
  }
  return best === -1 ? forcedCut(text, start, ideal) : best;
}

/** Without any border: the last space before the best length, else between two characters. */
function forcedCut(text: string, start: number, ideal: number): number {
  for (let at = ideal; at > start + shortest; at -= 1) {
    if (/\s/.test(text[at - 1] ?? "")) return characterStart(text, at);
  }
  return characterStart(text, ideal);
}

function trim(text: string, start: number, end: number): Span | null {
  const slice = text.slice(start, end);
  // The indentation of the first line stays: it may be code.
  const space = /^\s*/.exec(slice)?.[0] ?? "";
  const indent = /(?:^|\n)([ \t]+)$/.exec(space)?.[1] ?? "";
  const from = start + space.length - indent.length;
  const to = start + slice.trimEnd().length;
  return from < to ? { start: from, end: to } : null;
}
