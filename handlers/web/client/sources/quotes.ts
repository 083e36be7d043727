import { readMarkers } from "../../../contract/citation-marker.ts";

/** A part of a passage, and whether it is marked: as what the answer relies on, or what the question asks for. */
export interface Stretch {
  readonly text: string;
  readonly marked: boolean;
}

const sentences = new Intl.Segmenter(undefined, { granularity: "sentence" });

/**
 * The claim before each `[n]`: the text back to the previous marker or the start of the line; after a list, all
 * its items; for a marker on a line of its own, the code or table above it with its introduction.
 */
export function claimsOf(answer: string, number: number): string[] {
  const claims: string[] = [];
  let start = 0;
  let claim = "";
  for (const marker of readMarkers(answer)) {
    const words = lastBlock(answer.slice(start, marker.start));
    // Adjacent markers, as in [1][2], share their claim.
    if (/[\p{L}\p{N}]/u.test(words)) claim = words;
    start = marker.end;
    if (marker.number === number && claim) claims.push(claim);
  }
  return claims;
}

const listItem = /^\s*(?:[-*+]|\d{1,9}[.)])\s/;

/** The claim of a marker at the end of the text. */
function lastBlock(text: string): string {
  const line = text.slice(text.lastIndexOf("\n") + 1);
  return line.trim() === "" || listItem.test(line) ? text.replace(/^\s*\n/, "") : line;
}

/** The sentences of a passage, with the space behind them. A line break ends a sentence, too. */
export function splitPassage(passage: string): string[] {
  return Array.from(sentences.segment(passage), ({ segment }) => segment);
}

/**
 * The indices of the sentences that the claims quote. For a paraphrase it is the nearest sentence, by shared
 * character 3-grams, which works in every language.
 */
export function findQuoted(pieces: readonly string[], claims: readonly string[]): Set<number> {
  const shapes = pieces.map(triples);
  const quoted = new Set<number>();
  for (const claim of claims.map(triples)) {
    let nearest: { index: number; share: number } | undefined;
    let exact = false;
    for (const [index, shape] of shapes.entries()) {
      if (shape.size < 3) continue;
      const common = [...shape].filter((triple) => claim.has(triple)).length;
      if (common / shape.size >= 0.85) {
        quoted.add(index);
        exact = true;
      }
      const share = common / Math.min(shape.size, claim.size || 1);
      if (share > (nearest?.share ?? 0)) nearest = { index, share };
    }
    if (!exact && nearest && nearest.share >= 0.4) quoted.add(nearest.index);
  }
  return quoted;
}

/** Marks the sentences of a passage that the claims quote. */
export function markQuotes(passage: string, claims: readonly string[]): Stretch[] {
  const pieces = splitPassage(passage);
  const quoted = findQuoted(pieces, claims);
  const stretches: Stretch[] = [];
  for (const [index, piece] of pieces.entries()) {
    const words = piece.trimEnd();
    appendStretch(stretches, words, quoted.has(index));
    // The space between two marked sentences is marked with them, the space after the last is not.
    const goesOn = quoted.has(index) && quoted.has(index + 1);
    appendStretch(stretches, piece.slice(words.length), goesOn);
  }
  return stretches;
}

/** Appends a text, to the last stretch if that is marked alike. */
export function appendStretch(stretches: Stretch[], text: string, marked: boolean): void {
  const last = stretches.at(-1);
  if (text === "") return;
  if (last?.marked === marked) stretches.splice(-1, 1, { text: last.text + text, marked });
  else stretches.push({ text, marked });
}

function triples(text: string): Set<string> {
  const letters = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
  const found = new Set<string>();
  for (let index = 0; index + 3 <= letters.length; index++)
    found.add(letters.slice(index, index + 3));
  return found;
}
