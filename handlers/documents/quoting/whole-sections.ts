import type { FoundPassage } from "../search/search.ts";

/** Sections of so many of the best passages are made whole. */
const sectionLimit = 3;
/** Characters that are added to make sections whole. */
const addedLimit = 6_000;

/**
 * The best passages, then others found that belong to a section of the first few: a long section is cut into
 * several passages, and what answers may stand in the next one.
 *
 * @param found best first; the first `limit` are the best
 */
export function withSections(
  found: readonly FoundPassage[],
  limit: number,
): readonly FoundPassage[] {
  const best = found.slice(0, limit);
  const sections = new Set(best.slice(0, sectionLimit).map(sectionOf));
  let left = addedLimit;
  const added = found.slice(limit).filter((passage) => {
    const fits = sections.has(sectionOf(passage)) && passage.text.length <= left;
    if (fits) left -= passage.text.length;
    return fits;
  });
  return [...best, ...added];
}

function sectionOf({ document_id, heading_path }: FoundPassage): string {
  return JSON.stringify([document_id, ...heading_path]);
}
