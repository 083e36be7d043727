/** How much a page's score counts beside the passage's own. */
const pageShare = 0.3;
/** A page is judged by so many of its passages, each next one counting less by `decay`. */
const passagesAtMost = 5;
const decay = 0.8;
const most = (1 - decay ** passagesAtMost) / (1 - decay);

/** A passage with the page it stands on, by whatever name. */
export interface PageScore {
  readonly page: string;
  /** 0 to 1. */
  readonly score: number;
}

/**
 * Passages' scores, 0 to 1 and in their order, with those of their pages: a page on the question's subject
 * has several passages that fit, where a page that mentions it has one.
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
