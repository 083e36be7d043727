import type { CitedSource } from "../lib/wire.ts";
import { countWords, markWords, wordsOf } from "./matching-words.ts";
import { findQuoted, splitPassage, type Stretch } from "./quotes.ts";

/** A line of a passage that shows why it was found. */
export interface PassageLine {
  readonly stretches: readonly Stretch[];
  readonly isCode: boolean;
}

/** UTF-16 units of a line, and before its first match, at most. */
const longestLine = 260;
const longestStart = 70;
/** A line of which the answer has more than this share is quoted: marks would show nothing. */
const mostShared = 0.6;

/**
 * The sentence of a passage that shows best why it was found: one that the answer rests on, with most of the
 * question's words, which are marked; without any, those that it shares with the answer.
 *
 * @param claims what the answer says with the passage's marker, see `claimsOf`
 */
export function passageLine(
  { excerpt, code = [] }: Pick<CitedSource, "excerpt" | "code">,
  question: string,
  claims: readonly string[],
): PassageLine {
  const pieces = splitPassage(excerpt);
  const quoted = findQuoted(pieces, claims);
  const asked = wordsOf(question);
  const said = wordsOf(claims.join(" "));
  let best: { readonly text: string; readonly start: number; readonly worth: number } | undefined;
  let start = 0;
  for (const [index, piece] of pieces.entries()) {
    const at = start;
    start += piece.length;
    if (!/[\p{L}\p{N}]/u.test(piece)) continue;
    // To be quoted is worth most, then the question's words, then the answer's.
    const worth =
      (quoted.has(index) ? 100 : 0) + countWords(piece, asked) + countWords(piece, said) / 100;
    if (worth > (best?.worth ?? -1)) best = { text: piece, start: at, worth };
  }
  const from = best?.start ?? 0;
  const text = (best?.text ?? excerpt).replaceAll(/\s+/g, " ").trim();
  const matched = markWords(text, asked);
  const isMatched = matched.some(({ marked }) => marked);
  return {
    stretches: cut(isMatched ? matched : markShared(text, said)),
    isCode: code.some((span) => span.start <= from && from < span.end),
  };
}

/** Marks what a line shares with the answer; nothing in a line that is the answer's own. */
function markShared(text: string, said: readonly string[]): Stretch[] {
  const stretches = markWords(text, said);
  const marked = stretches.reduce((sum, each) => sum + (each.marked ? each.text.length : 0), 0);
  return marked > mostShared * text.length ? [{ text, marked: false }] : stretches;
}

/** A line that begins near its first mark and is not too long. */
function cut(stretches: readonly Stretch[]): Stretch[] {
  const [first, ...rest] = stretches;
  if (!first) return [];
  let { text } = first;
  if (!first.marked && rest.length > 0 && text.length > longestStart) {
    const kept = text.slice(-longestStart);
    text = `… ${kept.slice(kept.indexOf(" ") + 1)}`;
  }
  const shown: Stretch[] = [];
  let left = longestLine;
  for (const stretch of [{ ...first, text }, ...rest]) {
    if (stretch.text.length > left) {
      shown.push({ ...stretch, text: `${stretch.text.slice(0, left).trimEnd().toWellFormed()} …` });
      break;
    }
    shown.push(stretch);
    left -= stretch.text.length;
  }
  return shown;
}
