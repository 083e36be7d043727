import { passageFields, type PassageHeadings } from "../index/fields.ts";
import { normalise, visitFineGrams, visitTerms } from "../index/terms.ts";

/** What is ranked of a candidate. */
export interface CandidateText extends PassageHeadings {
  readonly text: string;
  /** The path of the document that this passage begins; undefined where it does not begin one. */
  readonly opens?: string | undefined;
}

/** What a heading has of a question. */
interface Name {
  readonly found: ReadonlySet<number>;
  /** The share of the heading's terms that the question has. */
  readonly precision: number;
}

/** What a candidate has of a question. */
export interface Profile {
  /** Occurrences by the weight of their field. */
  readonly counts: ReadonlyMap<number, number>;
  readonly sentences: readonly ReadonlySet<number>[];
  readonly fineGrams: ReadonlySet<number>;
  /** The title and the innermost heading. */
  readonly names: readonly Name[];
  /** Of all terms, the question's or not, by the weight of their field. */
  readonly length: number;
}

const sentenceEnd = /(?<=[.!?؟।。！？…]["'”’»)\]]*)\s+|(?<=[。！？])|\n+/u;

/** Finds what a candidate has of a question's terms and 3-grams, in one pass over its text. */
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
