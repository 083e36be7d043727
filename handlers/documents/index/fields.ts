import { normalise, visitTerms } from "./terms.ts";

/** A part of what is searched of a passage. */
export interface IndexedField {
  readonly text: string;
  /** How many occurrences in the body one occurrence of a term in this field is worth. */
  readonly weight: number;
}

/** What names a passage: its page's title and the headings it stands under, the outermost first. */
export interface PassageHeadings {
  readonly title: string;
  readonly headingPath: readonly string[];
  /** What the page says of itself: of its first passage alone. */
  readonly description?: string | null;
}

// The middle of where the figures on documentation in two languages are flat (1.5 to 3).
const nameWeight = 2;

/**
 * The fields of a passage, its body last. The title and the innermost heading say what the passage is
 * about and count double; the headings between them and the description count as the body does. Each
 * heading counts once.
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

/** How often each term occurs in the fields by their weights, and how many occurrences that makes in all (BM25F). */
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
