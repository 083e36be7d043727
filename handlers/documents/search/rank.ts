import type { WeightedTerm } from "./candidates.ts";
import { inverseFrequency, saturated } from "../index/bm25.ts";
import { passageFields, type PassageHeadings } from "../index/fields.ts";
import { normalise, visitFineGrams, visitTerms } from "../index/terms.ts";

/** A candidate's words. */
export interface CandidateText extends PassageHeadings {
  readonly text: string;
}

/** How well a candidate answers a question. */
export interface Relevance<Candidate extends CandidateText> {
  readonly candidate: Candidate;
  /** 0 to 1; above all for the order. */
  readonly score: number;
  /** The share of the question's information that the candidate has in its text or headings, 0 to 1. */
  readonly coverage: number;
  /** The features of the question that the candidate has. */
  readonly matched: ReadonlySet<number>;
}

/** What of a question a heading has. */
interface Name {
  readonly found: ReadonlySet<number>;
  /** The share of the heading's terms that the question has. */
  readonly precision: number;
}

/** What of a question one candidate has. */
interface Profile {
  /** Occurrences by the weight of their field. */
  readonly counts: ReadonlyMap<number, number>;
  readonly sentences: readonly ReadonlySet<number>[];
  readonly fineGrams: ReadonlySet<number>;
  /** The title and the innermost heading. */
  readonly names: readonly Name[];
  /** Of all terms, the question's or not, by the weight of their field. */
  readonly length: number;
}

// In the middle of where the figures are flat, on documentation in two languages, abstracts, and XQuAD in four.
const sentenceShare = 0.13;
const pairShare = 0.13;
const fineShare = 0.07;
const contrast = 0.2;
const nameShare = 0.3;
const sentenceEnd = /(?<=[.!?؟।。！？…]["'”’»)\]]*)\s+|(?<=[。！？])|\n+/u;

/**
 * Scores candidates by their texts, and gives them the best first. To BM25F over every term of the question, those
 * included whose posting lists were too long to fetch, come:
 * the share of the question that the best sentence covers, alone and with the next one, since a passage about the question's
 * subject is not yet one that answers it; more weight for terms that tell these candidates apart, where
 * their common subject does not; 3-grams, for what inflection does to short words; and how far the title or
 * the innermost heading is the question, for a page of that name comes before those that mention it.
 */
export function rankCandidates<Candidate extends CandidateText>(
  question: string,
  terms: readonly WeightedTerm[],
  candidates: readonly Candidate[],
  averageLength: number,
): Relevance<Candidate>[] {
  const information = new Map(terms.map((term) => [term.feature, term.information]));
  const asked = sumOver(information.keys(), information) || 1;
  const fineGrams = new Set<number>();
  visitFineGrams(normalise(question), (feature) => fineGrams.add(feature));
  const profiles = candidates.map((candidate) => ({
    candidate,
    ...profile(candidate, information, fineGrams),
  }));

  const telling = new Map<number, number>();
  for (const [feature, weight] of information) {
    const surprise = surpriseAmong(profiles, ({ counts }) => counts.has(feature));
    telling.set(feature, weight * (1 - contrast + contrast * surprise));
  }
  const fineWeights = new Map<number, number>();
  for (const feature of fineGrams) {
    const surprise = surpriseAmong(profiles, (each) => each.fineGrams.has(feature));
    if (surprise <= 1) fineWeights.set(feature, surprise);
  }
  const fineTotal = sumOver(fineWeights.keys(), fineWeights) || 1;

  const relevances = profiles.map((each) => {
    let whole = 0;
    for (const [feature, count] of each.counts) {
      whole += (telling.get(feature) ?? 0) * saturated(count, each.length, averageLength);
    }
    let sentence = 0;
    let pair = 0;
    for (const [index, found] of each.sentences.entries()) {
      const both = new Set([...found, ...(each.sentences[index + 1] ?? [])]);
      sentence = Math.max(sentence, sumOver(found, telling));
      pair = Math.max(pair, sumOver(both, telling));
    }
    const fine = sumOver(each.fineGrams, fineWeights) / fineTotal;
    const name = each.names.reduce(
      (most, { found, precision }) => Math.max(most, precision * sumOver(found, information)),
      0,
    );
    const total =
      (whole + sentenceShare * sentence + pairShare * pair + nameShare * name) / asked +
      fineShare * fine;
    return {
      candidate: each.candidate,
      score: total / (1 + sentenceShare + pairShare + fineShare + nameShare),
      coverage: sumOver(each.counts.keys(), information) / asked,
      matched: new Set(each.counts.keys()),
    };
  });
  // Stable: equal ones stay in the order of the first ranking.
  return relevances.sort((one, other) => other.score - one.score);
}

function profile(
  candidate: CandidateText,
  information: ReadonlyMap<number, number>,
  questionFineGrams: ReadonlySet<number>,
): Profile {
  const counts = new Map<number, number>();
  const fineGrams = new Set<number>();
  let length = 0;
  const look = (part: string, weight: number) => {
    const found = new Set<number>();
    let terms = 0;
    let known = 0;
    const words = normalise(part);
    visitTerms(words, (feature) => {
      length += weight;
      terms += 1;
      if (!information.has(feature)) return;
      known += 1;
      found.add(feature);
      counts.set(feature, (counts.get(feature) ?? 0) + weight);
    });
    visitFineGrams(words, (feature) => {
      if (questionFineGrams.has(feature)) fineGrams.add(feature);
    });
    return { found, precision: terms === 0 ? 0 : known / terms };
  };
  const names = passageFields(candidate, "")
    .map(({ text, weight }) => ({ weight, ...look(text, weight) }))
    .filter(({ weight }) => weight > 1);
  const sentences = candidate.text.split(sentenceEnd).map((sentence) => look(sentence, 1).found);
  return { counts, sentences, fineGrams, names, length };
}

/** How much it says of a candidate to have what those have: 1 for a single one, 0 for nearly all, more than 1 for none. */
function surpriseAmong(profiles: readonly Profile[], has: (profile: Profile) => boolean): number {
  const having = profiles.reduce((count, each) => count + (has(each) ? 1 : 0), 0);
  return inverseFrequency(having, profiles.length) / inverseFrequency(1, profiles.length);
}

function sumOver(features: Iterable<number>, weights: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const feature of features) sum += weights.get(feature) ?? 0;
  return sum;
}
