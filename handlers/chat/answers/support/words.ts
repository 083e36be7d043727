import { functionWordsOf, type Language } from "../../../lib/language.ts";

/** The words of a text, for lookups. */
export interface SaidWords {
  readonly words: ReadonlySet<string>;
  /** The first letters of its longer words, to match inflected forms. */
  readonly stems: ReadonlySet<string>;
}

/** A word of a claim with its weight: numbers, names in code and rare characters weigh more. */
export interface ClaimWord {
  readonly text: string;
  readonly weight: number;
  readonly isNumber: boolean;
}

const stemLength = 4;
const dense =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]+/gu;
const spaced = /[\p{L}\p{M}\p{N}]+/gu;

/** The words of a text; in scripts without spaces, pairs of characters. */
export function saidWords(text: string): SaidWords {
  const words = new Set(tokensOf(text));
  const stems = new Set<string>();
  for (const word of words) if (word.length > stemLength) stems.add(word.slice(0, stemLength));
  return { words, stems };
}

/** The content words of a claim, without duplicates. */
export function claimWords(claim: string, language: Language): ClaimWord[] {
  const known = functionWordsOf(language);
  const code = new Set(
    [...claim.matchAll(/`([^`]*)`/g)].flatMap(([, inside = ""]) => tokensOf(inside)),
  );
  return [...new Set(tokensOf(claim))].flatMap((text) => {
    const isNumber = /^\p{Nd}+$/u.test(text);
    const isCode = code.has(text);
    if (
      !isCode &&
      !isNumber &&
      (known.has(text) || (text.length < 2 && /\p{sc=Latin}/u.test(text)))
    )
      return [];
    return [{ text, isNumber, weight: isCode || (text.length > 1 && isNumber) ? 2 : 1 }];
  });
}

/** Whether a text contains a word or an inflected form of it. */
export function hasSaid({ words, stems }: SaidWords, { text, isNumber }: ClaimWord): boolean {
  if (words.has(text)) return true;
  if (isNumber || text.length <= 3) return false;
  if (stems.has(text.slice(0, stemLength)) || words.has(text.slice(0, stemLength))) return true;
  // "set" supports "setting".
  return words.has(text.slice(0, 3)) && text.length <= 8;
}

/** The share of a claim's words that a text contains, 0 to 1. */
export function shareSaid(said: SaidWords, claim: readonly ClaimWord[]): number {
  const whole = claim.reduce((sum, { weight }) => sum + weight, 0);
  const found = claim.reduce((sum, word) => sum + (hasSaid(said, word) ? word.weight : 0), 0);
  return whole === 0 ? 0 : found / whole;
}

function tokensOf(text: string): string[] {
  const plain = text.normalize("NFKC").toLowerCase();
  const tokens: string[] = [];
  const rest = plain.replaceAll(dense, (run) => {
    if (run.length === 1) tokens.push(run);
    for (let index = 0; index + 2 <= run.length; index += 1)
      tokens.push(run.slice(index, index + 2));
    return " ";
  });
  tokens.push(...(rest.match(spaced) ?? []));
  return tokens;
}
