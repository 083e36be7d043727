/**
 * How much a cosine of 1 counts beside a passage that has all of the question's words, where the embedder is
 * fully trusted: less where the words cover the question, and more where they hardly touch it. The words'
 * score is absolute, so that they decide where they fit. Flat from .18 to .25, and from .2 to .5.
 */
const leastShare = 0.22;
const furtherShare = 0.3;

/** What fusion looks at. */
export interface Fusible {
  /** 0 to 1. */
  readonly score: number;
  /** Of the words; without any of them, the score is chance. */
  readonly coverage: number;
  /** The cosine to the question; undefined where it is not known. */
  readonly nearness: number | undefined;
}

/**
 * The scores, 0 to 1, of passages by words and by meaning, in their order. A passage whose nearness is not
 * known counts as the farthest of those known: it is not among the nearest.
 *
 * @param trust in the embedder, 0 to 1
 */
export function fuseScores(passages: readonly Fusible[], trust: number): number[] {
  const known = passages.flatMap(({ nearness }) => (nearness === undefined ? [] : [nearness]));
  const least = known.reduce((lowest, nearness) => Math.min(lowest, nearness), 1);
  const best = passages.reduce((most, { coverage }) => Math.max(most, coverage), 0);
  const share = trust * (leastShare + furtherShare * (1 - best) ** 2);
  return passages.map(({ score, coverage, nearness = least }) => {
    const lexical = coverage > 0 ? score : 0;
    return (lexical + share * Math.max(0, nearness)) / (1 + share);
  });
}
