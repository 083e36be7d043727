import type { WeightedTerm } from "./candidates.ts";
import { splitSentences } from "../parsing/sentences.ts";
import { normalise, questionTerms, visitTerms } from "../index/terms.ts";

/** A text that may be quoted from. */
export interface Quotable {
  /** Plain text: a line is a paragraph, an item, a row or a line of code. */
  readonly text: string;
  /** Searched with each sentence, never quoted. */
  readonly heading: string;
  /** The innermost heading alone, or none. */
  readonly section: string;
  /** How good the text is beside the others; the best has 1. */
  readonly standing: number;
}

/** A sentence, word for word; `source` is the place of its text in what was given. */
export interface QuotedSentence {
  readonly source: number;
  readonly text: string;
}

type Information = ReadonlyMap<number, number>;

interface Sentence extends QuotedSentence {
  readonly position: number;
  readonly matched: ReadonlySet<number>;
  readonly inherited: ReadonlySet<number>;
  readonly standing: number;
  /** What it is worth before any of its words: much, where it opens the section that is asked for. */
  readonly lead: number;
  /** 1 for a plain statement, less for what seldom answers. */
  readonly manner: number;
}

const quoteLimit = 3;
/** What a sentence's heading says counts for it too, but less than its own words. */
const headingShare = 0.35;
/** A heading that has so much of the question asks it, and what follows it answers. */
const askingShare = 0.6;
/** What another quote has said already counts for little. */
const repeatedShare = 0.35;
/** A sentence worth less than this part of the best one is not quoted. */
const leastShare = 0.35;
/** Longer ones are cut by `splitSentences`; shorter ones are crumbs of a heading or a table. */
const shortest = 8;

/**
 * The sentences that answer best, at most three, in reading order: each next one is chosen for what it
 * adds to those already chosen.
 */
export function chooseQuotes(
  question: string,
  terms: readonly WeightedTerm[],
  texts: readonly Quotable[],
): QuotedSentence[] {
  const information: Information = new Map(
    terms.map((term) => [term.feature, Math.max(0, term.information)]),
  );
  const asked = lettersOf(question);
  const sentences = texts
    .flatMap((text, source) => readSentences(text, source, information))
    .filter(({ text }) => !lettersOf(text).includes(asked));
  const chosen: Sentence[] = [];
  const said = new Set<number>();
  let best = 0;
  while (chosen.length < quoteLimit) {
    const [next] = sentences
      .filter((sentence) => !chosen.some(({ text }) => text === sentence.text))
      .map((sentence) => ({ sentence, worth: worthOf(sentence, information, said, chosen) }))
      .sort((one, other) => other.worth - one.worth);
    best = Math.max(best, next?.worth ?? 0);
    if (!next || next.worth <= 0 || next.worth < leastShare * best) break;
    chosen.push(next.sentence);
    for (const feature of next.sentence.matched) said.add(feature);
  }
  return chosen
    .sort((one, other) => one.source - other.source || one.position - other.position)
    .map(({ source, text }) => ({ source, text }));
}

/**
 * The sentences of one text that answer a question, without a collection to learn from: a term says
 * the more, the fewer of the text's sentences have it. None when nothing of the question is in it.
 */
export function quoteFrom(question: string, text: string): string[] {
  const sentences = splitSentences(text);
  const having = new Map<number, number>();
  for (const sentence of sentences) {
    for (const feature of featuresOf(sentence)) having.set(feature, (having.get(feature) ?? 0) + 1);
  }
  const terms = questionTerms(question, 256).map((term): WeightedTerm => {
    const count = having.get(term.feature) ?? 0;
    // A word the text does not have says no more than one it has once: the text was chosen by hand.
    const frequency = Math.max(1, count) + 0.5;
    const information = term.weight * Math.log(1 + (sentences.length + 1 - frequency) / frequency);
    return { ...term, information, passages: count, read: true };
  });
  const information = new Map(terms.map((term) => [term.feature, term.information]));
  const asked = sumOver(information.keys(), information);
  if (sumOver(having.keys(), information) < leastSelectionCoverage * asked) return [];
  return chooseQuotes(question, terms, [{ text, heading: "", section: "", standing: 1 }]).map(
    (quote) => quote.text,
  );
}

/** Below this share of the question's information, what was found does not answer it. */
export const leastCoverage = 0.3;
/** Somebody who selects a text and asks means that text. */
const leastSelectionCoverage = 0.2;

function readSentences(text: Quotable, source: number, information: Information): Sentence[] {
  const inherited = matchedOf(text.heading, information);
  const asked = sumOver(information.keys(), information);
  const answered = sumOver(matchedOf(text.section, information), information);
  const opening = answered >= askingShare * asked ? answered : 0;
  return splitSentences(text.text)
    .map((sentence, position) => ({
      source,
      position,
      text: sentence,
      matched: matchedOf(sentence, information),
      inherited,
      standing: text.standing,
      lead: opening / (position + 1),
      manner: mannerOf(sentence),
    }))
    .filter((sentence) => sentence.text.length >= shortest);
}

/** A sentence that holds the question itself, as an example or a heading does, is no answer to it. */
function lettersOf(text: string): string {
  return normalise(text)
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim();
}

function mannerOf(sentence: string): number {
  const isQuestion = /[?？؟]["'”’»)]*$/u.test(sentence);
  const words = sentence.match(/[\p{L}\p{M}\p{N}\s]/gu)?.length ?? 0;
  // A line of code or of symbols is there to be seen in its place, not to be told.
  const isCode = words < 0.8 * sentence.length;
  return (isQuestion ? 0.5 : 1) * (isCode ? 0.5 : 1);
}

function worthOf(
  sentence: Sentence,
  information: Information,
  said: ReadonlySet<number>,
  chosen: readonly Sentence[],
): number {
  let worth = sentence.lead;
  for (const [feature, value] of information) {
    const share = sentence.matched.has(feature)
      ? 1
      : sentence.inherited.has(feature)
        ? headingShare
        : 0;
    worth += share * value * (said.has(feature) ? repeatedShare : 1);
  }
  // An answer often stands beside the sentence that names what was asked about.
  const isBeside = chosen.some(
    ({ source, position }) =>
      source === sentence.source && Math.abs(position - sentence.position) === 1,
  );
  return worth * sentence.standing * sentence.manner * (isBeside ? 1.3 : 1);
}

function matchedOf(text: string, information: Information): Set<number> {
  return new Set([...featuresOf(text)].filter((feature) => information.has(feature)));
}

function featuresOf(text: string): Set<number> {
  const features = new Set<number>();
  visitTerms(normalise(text), (feature) => features.add(feature));
  return features;
}

function sumOver(features: Iterable<number>, information: Information): number {
  let sum = 0;
  for (const feature of features) sum += information.get(feature) ?? 0;
  return sum;
}
