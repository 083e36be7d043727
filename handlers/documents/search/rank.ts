import { smallestCollection, type WeightedTerm } from "./candidates.ts";
import { inverseFrequency, saturated } from "../index/bm25.ts";
import { normalise, visitFineGrams } from "../index/terms.ts";
import {
  profile,
  createFeatureFilter,
  type CandidateText,
  type Profile,
} from "./candidate-profile.ts";

/** How well a candidate answers a question. */
export interface Relevance<Candidate extends CandidateText> {
  readonly candidate: Candidate;
  /** 0 to 1; only the order within one search has a meaning. */
  readonly score: number;
  /** The share of the question's information that the candidate has in its text or headings, 0 to 1. */
  readonly coverage: number;
  /** The features of the question that the candidate has. */
  readonly matched: ReadonlySet<number>;
}

// The middle of the ranges in which results stay the same, on documentation in two languages, abstracts, and XQuAD.
const sentenceShare = 0.13;
const pairShare = 0.13;
const fineShare = 0.07;
const contrast = 0.2;
const nameShare = 0.3;
const titleShare = 0.08;
const openingShare = 0.3;
/** The share at which a title and a question have the same words. */
const nearlyAll = 0.95;
/** The mean rarity at which a question's words distinguish passages; 1 is the rarity of a word in no passage. */
const leastTelling = 0.25;

/**
 * Scores candidates by their texts, and returns the best first. The score is BM25F over every term of the question,
 * those included whose posting lists were too long to fetch, and:
 *
 * - the share of the question that the best sentence covers, alone and with the next sentence: a passage about the
 *   question's subject does not always answer it;
 * - more weight for terms that tell these candidates apart, and less for their common subject;
 * - 3-grams, because inflection changes short words;
 * - how much of the title or of the innermost heading is the question: a page of that name comes before pages that
 *   mention it, and a title that is the question before titles that contain it;
 * - where the question's words occur in most of the collection ("What is Docent?"), whether the passage begins a page
 *   near the top of the folders, and more so when its first sentence has those words.
 *
 * @param passages in the collection
 */
export function rankCandidates<Candidate extends CandidateText>(
  question: string,
  terms: readonly WeightedTerm[],
  candidates: readonly Candidate[],
  averageLength: number,
  passages: number,
): Relevance<Candidate>[] {
  const information = new Map(terms.map((term) => [term.feature, term.information]));
  const asked = sumOver(information.keys(), information) || 1;
  const fineGrams = new Set<number>();
  visitFineGrams(normalise(question), (feature) => fineGrams.add(feature));
  const content = new Map(
    terms.filter(({ share }) => share === 1).map((term) => [term.feature, term.information]),
  );
  const generality = generalityOf(terms, passages);
  const wanted = {
    terms: createFeatureFilter(information.keys()),
    fineGrams: createFeatureFilter(fineGrams),
  };
  const profiles = candidates.map((candidate) => ({
    candidate,
    ...profile(candidate, wanted.terms, wanted.fineGrams),
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
      const alone = sumOver(found, telling);
      sentence = Math.max(sentence, alone);
      pair = Math.max(pair, sumWithNext(alone, found, each.sentences[index + 1], telling));
    }
    const fine = sumOver(each.fineGrams, fineWeights) / fineTotal;
    const name = each.names.reduce(
      (most, { found, precision }) => Math.max(most, precision * sumOver(found, information)),
      0,
    );
    const lead = shareOf(each.sentences[0] ?? [], content);
    const opening = generality * openingOf(each.candidate) * (0.5 + 0.5 * lead);
    const total =
      (whole + sentenceShare * sentence + pairShare * pair + nameShare * name) / asked +
      fineShare * fine +
      openingShare * opening +
      (isTitled(each, content) ? titleShare : 0);
    return {
      candidate: each.candidate,
      score: Math.min(1, total / (1 + sentenceShare + pairShare + fineShare + nameShare)),
      coverage: sumOver(each.counts.keys(), information) / asked,
      matched: new Set(each.counts.keys()),
    };
  });
  // The sort is stable: candidates with equal scores keep their order.
  return relevances.sort((one, other) => other.score - one.score);
}

/** How common a question's words are in the collection, 0 to 1: at 1 they occur in nearly all passages. */
function generalityOf(terms: readonly WeightedTerm[], passages: number): number {
  const content = terms.filter(({ share }) => share === 1);
  const weight = content.reduce((sum, term) => sum + term.weight, 0);
  if (weight === 0) return 0;
  const information = content.reduce((sum, term) => sum + term.information, 0);
  const rarest = inverseFrequency(0, Math.max(passages, smallestCollection));
  return Math.max(0, 1 - information / weight / rarest / leastTelling);
}

/** How likely a passage introduces the collection, 0 to 1: 0 if it does not begin a page, less the deeper its path is. */
function openingOf({ opens }: CandidateText): number {
  return opens === undefined ? 0 : 1 / opens.split("/").length;
}

/** Whether a page's title and the question have the same words, function words aside. */
function isTitled({ names: [title] }: Profile, content: ReadonlyMap<number, number>): boolean {
  if (title === undefined || title.precision < nearlyAll) return false;
  return shareOf(title.found, content) >= nearlyAll;
}

/**
 * How much a feature tells of a candidate: 1 where a single candidate has it, near 0 where nearly all do, and more than
 * 1 where none does.
 */
function surpriseAmong(profiles: readonly Profile[], has: (profile: Profile) => boolean): number {
  const having = profiles.reduce((count, each) => count + (has(each) ? 1 : 0), 0);
  return inverseFrequency(having, profiles.length) / inverseFrequency(1, profiles.length);
}

function sumOver(features: Iterable<number>, weights: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const feature of features) sum += weights.get(feature) ?? 0;
  return sum;
}

/** The sum over a sentence's features and those that only the next one has. */
function sumWithNext(
  alone: number,
  found: ReadonlySet<number>,
  next: ReadonlySet<number> | undefined,
  weights: ReadonlyMap<number, number>,
): number {
  let sum = alone;
  for (const feature of next ?? []) if (!found.has(feature)) sum += weights.get(feature) ?? 0;
  return sum;
}

/** The share of the weights that the features have; 0 where nothing has weight. */
function shareOf(features: Iterable<number>, weights: ReadonlyMap<number, number>): number {
  return sumOver(features, weights) / (sumOver(weights.keys(), weights) || 1);
}
