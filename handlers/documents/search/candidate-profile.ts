import { passageFields, type PassageHeadings } from "../index/fields.ts";
import { normalise, visitFineGrams, visitTerms } from "../index/terms.ts";

/** A candidate's text with the fields that ranking uses. */
export interface CandidateText extends PassageHeadings {
  readonly text: string;
  /** The path of the document if the passage is its first one; otherwise undefined. */
  readonly opens?: string | undefined;
}

/** A heading's match with a question. */
interface Name {
  readonly found: ReadonlySet<number>;
  /** The share of the heading's terms that the question has. */
  readonly precision: number;
}

/** A candidate's match with a question. */
export interface Profile {
  /** Occurrences of the question's terms, weighted by field. */
  readonly counts: ReadonlyMap<number, number>;
  readonly sentences: readonly ReadonlySet<number>[];
  readonly fineGrams: ReadonlySet<number>;
  /** The title and the innermost heading. */
  readonly names: readonly Name[];
  /** Occurrences of all terms, weighted by field. */
  readonly length: number;
}

const sentenceEnd = /(?<=[.!?؟।。！？…]["'”’»)\]]*)\s+|(?<=[。！？])|\n+/u;

/** Finds a question's terms and 3-grams in a candidate, in one pass over the text. */
export function profile(
  candidate: CandidateText,
  information: ReadonlyMap<number, number>,
  questionFineGrams: ReadonlySet<number>,
): Profile {
  const counts = new Map<number, number>();
  const fineGrams = new Set<number>();
  let length = 0;
  const look = (part: string, weight: number) => {
    const found = new Set<number>();
    let terms = 0;
    let known = 0;
    const words = normalise(part);
    visitTerms(words, (feature) => {
      length += weight;
      terms += 1;
      if (!information.has(feature)) return;
      known += 1;
      found.add(feature);
      counts.set(feature, (counts.get(feature) ?? 0) + weight);
    });
    visitFineGrams(words, (feature) => {
      if (questionFineGrams.has(feature)) fineGrams.add(feature);
    });
    return { found, precision: terms === 0 ? 0 : known / terms };
  };
  const names = passageFields(candidate, "")
    .map(({ text, weight }) => ({ weight, ...look(text, weight) }))
    .filter(({ weight }) => weight > 1);
  const sentences = candidate.text.split(sentenceEnd).map((sentence) => look(sentence, 1).found);
  return { counts, sentences, fineGrams, names, length };
}
