/**
 * How much being the nearest in meaning counts beside the words: little where they cover the question, since
 * words alone are right nine times in ten then, and most where they hardly touch it. Chosen on XQuAD so that an
 * embedder better than the words gains and a poor one costs little.
 */
const leastShare = 0.05;
const mostShare = 0.6;
/** So many ranks further down, nearness counts for half. */
const halfRank = 5;

/**
 * Makes the score, 0 to 1, of a passage from that of its words and its rank among the nearest (from 1;
 * undefined when it is not one of them).
 *
 * @param coverage the share of the question that the best passage by words covers, 0 to 1
 */
export function createFusion(coverage: number): (lexical: number, rank?: number) => number {
  const share = leastShare + (mostShare - leastShare) * (1 - coverage) ** 2;
  return (lexical, rank) => {
    const meaning = rank === undefined ? 0 : halfRank / (halfRank + rank - 1);
    return (lexical + share * meaning) / (1 + share);
  };
}
