import { withoutMarkers } from "../../../contract/citation-marker.ts";
import { languageOf } from "../../../lib/language.ts";
import type { Source } from "../../../contract/source.ts";
import type { CitablePassage } from "../sources.ts";
import { readClaims, type Claim } from "./claims.ts";
import { makesNoClaim } from "./no-claim.ts";
import type { TextSpan } from "../../../contract/text-span.ts";
import { sentencesOf } from "./sentences.ts";
import { claimWords, hasSaid, saidWords, shareSaid, type ClaimWord } from "./words.ts";

export interface CheckedAnswer {
  /** Sentences that no cited passage supports, in UTF-16 units of the answer. */
  readonly unsupported: readonly TextSpan[];
  /** The passages' sources; `start` and `end` are those of the part that supports, where it can be told. */
  readonly sources: readonly Source[];
}

/** The share of a sentence's words that its passage has at least. */
const leastShare = 0.5;
/** A sentence with less to say makes no claim. */
const leastWords = 3;
/** Characters of an answer that are looked at. */
const lookedLength = 40_000;
/** Claims that a source's span is found for. */
const spannedClaims = 12;

interface ReadPassage extends CitablePassage {
  readonly said: ReturnType<typeof saidWords>;
  readonly language: ReturnType<typeof languageOf>;
}

/**
 * Looks up every sentence of an answer in the passages that its markers name. Words decide: a number that
 * its passage does not have, or too few of its words, and the sentence is not supported. An answer in
 * another language than its passage is judged by its numbers and its code alone. Takes linear time.
 *
 * @param tellsOutcomes whether the answer also tells of what tools did: then only what has a marker is checked
 */
export function checkAnswer(
  answer: string,
  passages: readonly CitablePassage[],
  tellsOutcomes: boolean,
): CheckedAnswer {
  const looked = answer.slice(0, lookedLength);
  const language = languageOf(looked);
  const read = passages.map(readPassage);
  const claims = readClaims(looked).map((claim) => ({
    claim,
    words: claimWords(withoutMarkers(claim.text), language),
    cited: claim.markers.flatMap((marker) => read[marker - 1] ?? []),
  }));
  const unsupported = claims.filter(({ claim, words, cited }) => {
    if (words.length < leastWords && !words.some(({ weight }) => weight > 1)) return false;
    if (makesNoClaim(claim.text)) return false;
    if (cited.length === 0) return !tellsOutcomes;
    return !isSupported(words, cited, language);
  });
  const sources = read.map((passage) => {
    const own = claims.filter(({ cited }) => cited.includes(passage)).slice(0, spannedClaims);
    return {
      ...passage.source,
      ...spanOf(
        passage,
        own.map(({ words }) => words),
      ),
    };
  });
  return { unsupported: unsupported.map(({ claim }) => spanOfClaim(claim)), sources };
}

function readPassage(passage: CitablePassage): ReadPassage {
  const { title, heading_path, excerpt } = passage.source;
  const whole = [title, ...heading_path, excerpt].join("\n");
  return { ...passage, said: saidWords(whole), language: languageOf(excerpt) };
}

/** Whether the passages that a sentence cites have, together, what it says. */
function isSupported(
  words: readonly ClaimWord[],
  cited: readonly ReadPassage[],
  language: ReadPassage["language"],
): boolean {
  const has = (word: ClaimWord) => cited.some(({ said }) => hasSaid(said, word));
  // "10" must be said; a single digit may be counted.
  if (words.some((word) => word.isNumber && word.text.length > 1 && !has(word))) return false;
  if (cited.some((passage) => passage.language !== language)) {
    return words.filter(({ weight }) => weight > 1).every(has);
  }
  const whole = words.reduce((sum, { weight }) => sum + weight, 0);
  const found = words.reduce((sum, word) => sum + (has(word) ? word.weight : 0), 0);
  return found >= leastShare * whole;
}

/** Where in its document a passage supports the claims that cite it; empty where that cannot be told. */
function spanOf(
  { source, text }: ReadPassage,
  claims: readonly (readonly ClaimWord[])[],
): Partial<Pick<Source, "start" | "end">> {
  // Only a passage that is cut from the document as it stands has places in it.
  if (text === undefined || text.length !== source.end - source.start) return {};
  const parts = partsOf(text);
  const best = claims.flatMap((words) => {
    let found: { readonly part: TextSpan; readonly share: number } | undefined;
    for (const { part, said } of parts) {
      const share = shareSaid(said, words);
      if (share >= leastShare && share > (found?.share ?? 0)) found = { part, share };
    }
    return found ? [found.part] : [];
  });
  if (best.length === 0) return {};
  return {
    start: source.start + Math.min(...best.map(({ start }) => start)),
    end: source.start + Math.max(...best.map(({ end }) => end)),
  };
}

/** The sentences and lines of a text. */
function partsOf(text: string) {
  const parts: { readonly part: TextSpan; readonly said: ReturnType<typeof saidWords> }[] = [];
  let offset = 0;
  for (const line of text.split("\n")) {
    for (const { start, end } of sentencesOf(line)) {
      const words = line.slice(start, end);
      const from = offset + start + words.length - words.trimStart().length;
      const to = offset + start + words.trimEnd().length;
      if (from < to) parts.push({ part: { start: from, end: to }, said: saidWords(words) });
    }
    offset += line.length + 1;
  }
  return parts;
}

function spanOfClaim({ start, end }: Claim): TextSpan {
  return { start, end };
}
