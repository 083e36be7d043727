/** The weight of a page's score; the passage's own score has 1. Results are the same from .25 to .35. */
const pageShare = 0.3;
/**
 * A page's score is the sum over its best 5 passages, each with .7 of the weight of the one before: a long page that
 * mentions many subjects (a changelog, an upgrade guide) gains little by its length. Results are similar from .6 to .75.
 */
const passagesAtMost = 5;
const decay = 0.7;
const most = (1 - decay ** passagesAtMost) / (1 - decay);

/** A passage's score and its page's identifier. */
export interface PageScore {
  readonly page: string;
  /** 0 to 1. */
  readonly score: number;
}

/**
 * Adds pages' scores to the scores of their passages; returns scores from 0 to 1 in the passages' order. A page about the
 * question's subject has several matching passages, and a page that mentions the subject has one.
 */
export function addPageScores(passages: readonly PageScore[]): number[] {
  const pages = new Map<string, number>();
  for (const [page, own] of Map.groupBy(passages, (passage) => passage.page)) {
    const scores = own.map(({ score }) => score).sort((one, other) => other - one);
    const best = scores.slice(0, passagesAtMost);
    pages.set(
      page,
      best.reduce((sum, score, index) => sum + score * decay ** index, 0),
    );
  }
  return passages.map(
    ({ page, score }) => (score + pageShare * (pages.get(page) ?? 0)) / (1 + pageShare * most),
  );
}
