import { createYieldIfDue } from "../../lib/yield-to-event-loop.ts";
import { normalise } from "../index/terms.ts";
import { weighQuestion } from "./question-terms.ts";

/** UTF-16 units of a question that are compared. */
const longestCompared = 1000;
const mostTerms = 128;
/** Terms of a question, the heaviest ones, by which groups are looked up. */
const termsLookedUp = 16;
/** The most groups that are looked up by one term. Those with a frequent term are found by their rarer ones. */
const groupsOfTerm = 64;
/** The most groups that a question is compared with exactly. */
const mostCompared = 8;
/**
 * The least cosine between questions that ask the same. At 0.66 "on Windows" and "on Linux" are one question: a wrong
 * group hides a question, while a missing one only shows it twice.
 */
const leastCosine = 0.7;
/** Questions beyond which frequent terms lose weight: in a few, each term may be in all of them. */
const fewQuestions = 100;

/** The weight of each term by its feature; the squares of the weights add up to 1. */
type TermVector = ReadonlyMap<number, number>;

interface QuestionGroup {
  readonly vector: TermVector;
  readonly members: number[];
}

/**
 * Groups questions that ask the same: those whose terms, words and their 4-grams, weigh nearly the same. Returns the
 * groups' members as indices into `questions`. A group's first member is the question that the others are compared
 * with; earlier questions come first. Linear in the number of questions; yields to the event loop every 6 ms.
 */
export async function groupQuestions(questions: readonly string[]): Promise<number[][]> {
  const yieldIfDue = createYieldIfDue();
  const weights: ReadonlyMap<number, number>[] = [];
  for (const question of questions) {
    weights.push(weighTerms(question.slice(0, longestCompared)));
    await yieldIfDue();
  }
  const frequencies = new Map<number, number>();
  for (const terms of weights) {
    for (const feature of terms.keys())
      frequencies.set(feature, (frequencies.get(feature) ?? 0) + 1);
    await yieldIfDue();
  }
  const groups: QuestionGroup[] = [];
  const byTerm = new Map<number, QuestionGroup[]>();
  for (const [index, terms] of weights.entries()) {
    const vector = toVector(terms, frequencies, questions.length);
    const same = findSame(vector, byTerm);
    if (same) same.members.push(index);
    else {
      const group = { vector, members: [index] };
      groups.push(group);
      enter(group, byTerm);
    }
    await yieldIfDue();
  }
  return groups.map(({ members }) => members);
}

/** The weights of a question's terms. Function words count little; a text without any term is a term itself. */
function weighTerms(question: string): ReadonlyMap<number, number> {
  const terms = weighQuestion(question, mostTerms);
  if (terms.length === 0)
    return new Map(Array.from(normalise(question), (sign) => [-(sign.codePointAt(0) ?? 0), 1]));
  return new Map(terms.map(({ feature, weight, share }) => [feature, weight * share ** 2]));
}

function toVector(
  terms: ReadonlyMap<number, number>,
  frequencies: ReadonlyMap<number, number>,
  total: number,
): TermVector {
  const weighed = Array.from(terms, ([feature, weight]): [number, number] => {
    const rarity = Math.log(
      1 + (total + fewQuestions) / ((frequencies.get(feature) ?? 0) + fewQuestions / 10),
    );
    return [feature, weight * rarity];
  });
  const length = Math.hypot(...weighed.map(([, weight]) => weight)) || 1;
  return new Map(weighed.map(([feature, weight]) => [feature, weight / length]));
}

/** The group whose first question asks the same; undefined: none. */
function findSame(
  vector: TermVector,
  byTerm: ReadonlyMap<number, readonly QuestionGroup[]>,
): QuestionGroup | undefined {
  const heaviest = [...vector]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, termsLookedUp);
  const scores = new Map<QuestionGroup, number>();
  for (const [feature, weight] of heaviest) {
    for (const group of byTerm.get(feature) ?? []) {
      const score = weight * (group.vector.get(feature) ?? 0);
      scores.set(group, (scores.get(group) ?? 0) + score);
    }
  }
  const candidates = [...scores].toSorted(([, one], [, other]) => other - one);
  let best: QuestionGroup | undefined;
  let most = leastCosine;
  for (const [group] of candidates.slice(0, mostCompared)) {
    const cosine = cosineOf(vector, group.vector);
    if (cosine >= most) [best, most] = [group, cosine];
  }
  return best;
}

/** Makes a group known under its terms. */
function enter(group: QuestionGroup, byTerm: Map<number, QuestionGroup[]>): void {
  for (const feature of group.vector.keys()) {
    const groups = byTerm.get(feature);
    if (!groups) byTerm.set(feature, [group]);
    else if (groups.length < groupsOfTerm) groups.push(group);
  }
}

function cosineOf(one: TermVector, other: TermVector): number {
  let product = 0;
  for (const [feature, weight] of one) product += weight * (other.get(feature) ?? 0);
  return product;
}
