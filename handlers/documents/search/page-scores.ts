/** How much a page's score counts beside the passage's own. Flat from .25 to .35. */
const pageShare = 0.3;
/**
 * A page is judged by its best 5 passages; each counts .7 of the one before, so that a long page that mentions
 * everything (a changelog, an upgrade guide) gains less by its length. Flat from .6 to .75.
 */
const passagesAtMost = 5;
const decay = 0.7;
const most = (1 - decay ** passagesAtMost) / (1 - decay);

/** A passage's score, and what identifies its page. */
export interface PageScore {
  readonly page: string;
  /** 0 to 1. */
  readonly score: number;
}

/**
 * Passages' scores, 0 to 1 and in their order, with those of their pages: a page about the question's
 * subject has several passages that fit, and a page that mentions the subject has one.
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
