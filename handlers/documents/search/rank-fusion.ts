/**
 * The weight of the cosine at full trust; the score by words has 1. It is `leastShare` where the best passage covers
 * the whole question, and `furtherShare` more where no passage covers any of it. Scores by words are not normalised, so
 * that words decide where they match well. Results are similar from .18 to .25, and from 1 to 2.
 */
const leastShare = 0.22;
const furtherShare = 1.5;
/** The further share falls off steeply: where half of the question is covered it is a sixteenth. */
const fallOff = 4;

/** The scores of a passage that are combined. */
export interface Fusible {
  /** 0 to 1. */
  readonly score: number;
  /** The share of the question's information in the passage; at 0 the score by words is ignored. */
  readonly coverage: number;
  /** The cosine to the question; undefined where it is not known. */
  readonly nearness: number | undefined;
}

/**
 * Combines the scores of passages by words and by meaning; returns scores from 0 to 1 in the passages' order. A passage
 * with unknown nearness is not among the nearest, and gets the lowest known nearness.
 *
 * @param trust in the embedder, 0 to 1
 */
export function fuseScores(passages: readonly Fusible[], trust: number): number[] {
  const known = passages.flatMap(({ nearness }) => (nearness === undefined ? [] : [nearness]));
  const least = known.reduce((lowest, nearness) => Math.min(lowest, nearness), 1);
  const best = passages.reduce((most, { coverage }) => Math.max(most, coverage), 0);
  const share = trust * (leastShare + furtherShare * (1 - best) ** fallOff);
  return passages.map(({ score, coverage, nearness = least }) => {
    const lexical = coverage > 0 ? score : 0;
    return (lexical + share * Math.max(0, nearness)) / (1 + share);
  });
}
