import { readMarkers } from "../../../contract/citation-marker.ts";

/** A part of a passage, and whether the answer relies on it. */
export interface Stretch {
  readonly text: string;
  readonly quoted: boolean;
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

/**
 * Marks the sentences of a passage that the claims quote. For a paraphrase it marks the nearest sentence, by
 * shared character 3-grams, which works in every language.
 */
export function markQuotes(passage: string, claims: readonly string[]): Stretch[] {
  const pieces = Array.from(sentences.segment(passage), ({ segment }) => segment);
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
  const stretches: Stretch[] = [];
  for (const [index, piece] of pieces.entries()) {
    const words = piece.trimEnd();
    append(stretches, words, quoted.has(index));
    // The space between two marked sentences is marked with them, the space after the last is not.
    append(stretches, piece.slice(words.length), quoted.has(index) && quoted.has(index + 1));
  }
  return stretches;
}

function append(stretches: Stretch[], text: string, quoted: boolean): void {
  const last = stretches.at(-1);
  if (text === "") return;
  if (last?.quoted === quoted) stretches.splice(-1, 1, { text: last.text + text, quoted });
  else stretches.push({ text, quoted });
}

function triples(text: string): Set<string> {
  const letters = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
  const found = new Set<string>();
  for (let index = 0; index + 3 <= letters.length; index++)
    found.add(letters.slice(index, index + 3));
  return found;
}
