import { normalise, visitTerms } from "./terms.ts";

/** A field of a passage's searchable text. */
export interface IndexedField {
  readonly text: string;
  /** Occurrences in the body that one occurrence in this field counts as. */
  readonly weight: number;
}

/** A passage's headings: its page's title and the headings above it, the outermost first. */
export interface PassageHeadings {
  readonly title: string;
  readonly headingPath: readonly string[];
  /** The page's own description; only for its first passage. */
  readonly description?: string | null;
}

// The middle of the range (1.5 to 3) in which the search results on documentation in two languages stay the
// same.
const nameWeight = 2;

/**
 * The fields of a passage, its body last. Title and innermost heading name the subject and count double; the
 * headings between them and the description count as the body does. Each heading counts once.
 */
export function passageFields(
  { title, headingPath, description }: PassageHeadings,
  body: string,
): IndexedField[] {
  const own = headingPath.at(-1) ?? title;
  const weights = new Map<string, number>([[title, nameWeight]]);
  for (const heading of headingPath) {
    if (!weights.has(heading)) weights.set(heading, heading === own ? nameWeight : 1);
  }
  if (description && !weights.has(description)) weights.set(description, 1);
  const headings = [...weights].map(([text, weight]) => ({ text, weight }));
  return [...headings, { text: body, weight: 1 }];
}

/** Each term's occurrences, weighted by field, and their total number (BM25F). */
export function countFieldTerms(fields: readonly IndexedField[]): {
  counts: Map<number, number>;
  length: number;
} {
  const counts = new Map<number, number>();
  let length = 0;
  for (const { text, weight } of fields) {
    visitTerms(normalise(text), (feature) => {
      counts.set(feature, (counts.get(feature) ?? 0) + weight);
      length += weight;
    });
  }
  return { counts, length };
}
