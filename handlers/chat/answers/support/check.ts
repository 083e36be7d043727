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
  /** The passages' sources; `start` and `end` are narrowed to the part that supports, if found. */
  readonly sources: readonly Source[];
}

/** The least share of a sentence's words that its passage must contain. */
const leastShare = 0.5;
/** A sentence with fewer content words makes no claim. */
const leastWords = 3;
/** Characters of an answer that are checked. */
const lookedLength = 40_000;
/** Claims, at most, for which a source's span is searched. */
const spannedClaims = 12;

interface ReadPassage extends CitablePassage {
  readonly said: ReturnType<typeof saidWords>;
  readonly language: ReturnType<typeof languageOf>;
}

/**
 * Checks every sentence of an answer against the passages its markers name. A sentence is unsupported when a
 * number in it is not in its passage, or too few of its words are. In a language other than the passage's, only
 * numbers and code count. Takes linear time.
 *
 * @param tellsOutcomes whether the answer also reports results of tools: then only sentences with markers are
 * checked
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

/** Whether the passages that a sentence cites together contain what it says. */
function isSupported(
  words: readonly ClaimWord[],
  cited: readonly ReadPassage[],
  language: ReadPassage["language"],
): boolean {
  const has = (word: ClaimWord) => cited.some(({ said }) => hasSaid(said, word));
  // A number of one digit may have been counted from a list; a longer one must be in the text.
  if (words.some((word) => word.isNumber && word.text.length > 1 && !has(word))) return false;
  if (cited.some((passage) => passage.language !== language)) {
    return words.filter(({ weight }) => weight > 1).every(has);
  }
  const whole = words.reduce((sum, { weight }) => sum + weight, 0);
  const found = words.reduce((sum, word) => sum + (has(word) ? word.weight : 0), 0);
  return found >= leastShare * whole;
}

/** The span of the document that supports the claims citing the passage; empty if not found. */
function spanOf(
  { source, text }: ReadPassage,
  claims: readonly (readonly ClaimWord[])[],
): Partial<Pick<Source, "start" | "end">> {
  // Offsets only hold for a passage that is an unchanged slice of its document.
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
