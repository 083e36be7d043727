/**
 * How much being the nearest in meaning counts beside the words, whose score is seldom above a half: a
 * passage that answers word for word stays first, and where the words find little, meaning decides.
 */
const meaningShare = 0.5;
/** So many ranks further down, nearness counts for half. */
const halfRank = 5;

/**
 * A passage's score, 0 to 1, from that of its words and its rank among the nearest (from 1;
 * undefined when it is not one of them).
 */
export function fuseScore(lexical: number, rank: number | undefined): number {
  const meaning = rank === undefined ? 0 : halfRank / (halfRank + rank - 1);
  return (lexical + meaningShare * meaning) / (1 + meaningShare);
}
