import { renderParts, type Block, type LeadUse } from "./block.ts";

/** What of a block is quoted. */
export interface Excerpt {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/**
 * The stretch of a block, whole where it fits into `limit` characters, else cut between two of its parts
 * so that what answers is in it. Undefined where not even one part fits.
 *
 * @param worth what each part says about the question
 */
export function excerpt(
  block: Block,
  worth: readonly number[],
  limit: number,
  leadUse: LeadUse,
): Excerpt | undefined {
  const { length } = block.parts;
  const whole = renderParts(block, 0, length, leadUse);
  if (whole.length <= limit) return { text: whole, from: 0, to: length };
  const frame = renderParts({ ...block, parts: [] }, 0, 0, leadUse).length;
  const sizes = block.parts.map((part) => part.length + (block.kind === "paragraph" ? 0 : 2));
  const room = limit - frame - (block.kind === "code" ? 2 * (leftOut.length + 1) : 0);
  const isNumbered = block.kind === "list" && /^\d/.test(block.parts[0] ?? "");
  let best: { from: number; to: number; value: number } | undefined;
  let [to, size, value] = [0, 0, 0];
  for (let from = 0; from < length; from += 1) {
    while (to < length && size + (sizes[to] ?? 0) <= room) {
      size += sizes[to] ?? 0;
      value += worth[to] ?? 0;
      to += 1;
    }
    // What stands first is understood without what stands before it; of steps the first is done first.
    const fair = from === 0 ? value * (isNumbered ? 2 : 1.2) + 0.01 : value;
    if (to > from && fair > (best?.value ?? 0)) best = { from, to, value: fair };
    if (to > from) {
      size -= sizes[from] ?? 0;
      value -= worth[from] ?? 0;
    } else to = from + 1;
  }
  if (best !== undefined) {
    const span = withoutBlankEnds(block.parts, best.from, best.to);
    return { ...span, text: renderCut(block, span, leadUse) };
  }
  return cutPart(block, worth, room, leadUse);
}

/** A line of code that stands for others. */
const leftOut = "…";

/** Of code, with a mark where lines are left out: it would look whole. */
function renderCut(
  block: Block,
  { from, to }: { readonly from: number; readonly to: number },
  leadUse: LeadUse,
): string {
  if (block.kind !== "code") return renderParts(block, from, to, leadUse);
  const written = withoutBlankEnds(block.parts, 0, block.parts.length);
  const parts = [
    ...(from > written.from ? [leftOut] : []),
    ...block.parts.slice(from, to),
    ...(to < written.to ? [leftOut] : []),
  ];
  return renderParts({ ...block, parts }, 0, parts.length, leadUse);
}

function withoutBlankEnds(parts: readonly string[], start: number, end: number) {
  const isBlank = (index: number) => parts[index]?.trim() === "";
  let [from, to] = [start, end];
  while (from < to && isBlank(from)) from += 1;
  while (from < to && isBlank(to - 1)) to -= 1;
  return { from, to };
}

/** A block with what each of its parts says about the question; of a table the rows that say most. */
export function tellingRows(block: Block, weigh: (part: string) => number) {
  const rows = block.parts.map((part) => ({ part, worth: weigh(part) }));
  const most = rows.reduce((highest, { worth }) => Math.max(highest, worth), 0);
  const kept = block.kind === "table" ? rows.filter(({ worth }) => worth >= most / 2) : rows;
  return {
    block: { ...block, parts: kept.map(({ part }) => part) },
    worth: kept.map(({ worth }) => worth),
  };
}

/** Shorter cuts say nothing. */
const shortestCut = 120;

/** A single part that is too long by itself: its beginning. */
function cutPart(
  block: Block,
  worth: readonly number[],
  room: number,
  leadUse: LeadUse,
): Excerpt | undefined {
  if (room < shortestCut || block.kind === "table") return undefined;
  const from = worth.indexOf(worth.reduce((most, each) => Math.max(most, each), 0));
  const part = block.parts[from] ?? "";
  const head = part.slice(0, room - 10);
  const line = block.kind === "list" ? head.lastIndexOf("\n") : -1;
  const border = line > room / 3 ? line : head.search(/\s\S*$/u);
  const cut = head
    .slice(0, border > room / 2 || border === line ? border : undefined)
    .toWellFormed();
  const isInCode = block.kind === "list" && (cut.match(/^```/gm)?.length ?? 0) % 2 === 1;
  const end = isInCode ? "\n```" : block.kind === "code" ? "" : " …";
  const parts = block.parts.with(from, cut.trimEnd() + end);
  return { text: renderParts({ ...block, parts }, from, from + 1, leadUse), from, to: from + 1 };
}
