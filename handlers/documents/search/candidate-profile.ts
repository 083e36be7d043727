import { passageFields, type PassageHeadings } from "../index/fields.ts";
import { normalise, visitFineGrams, visitTerms } from "../index/terms.ts";
import { rememberByText } from "../../lib/cache.ts";

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

/** The features of a sentence or a heading. */
interface Part {
  /** Of every occurrence of a term, in order. */
  readonly terms: Int32Array;
  /** The distinct 3-grams, in order of appearance. */
  readonly fineGrams: Int32Array;
}

const readPart = rememberByText(featuresOfPart);
const readSentences = rememberByText((text) => text.split(sentenceEnd).map(featuresOfPart));

function featuresOfPart(text: string): Part {
  const words = normalise(text);
  const terms: number[] = [];
  const fineGrams = new Set<number>();
  visitTerms(words, (feature) => terms.push(feature));
  visitFineGrams(words, (feature) => fineGrams.add(feature));
  return { terms: Int32Array.from(terms), fineGrams: Int32Array.from(fineGrams) };
}

/** The features of a question. Few features of a text are among them, and the table rules out the others faster than the set. */
export interface FeatureFilter {
  readonly features: ReadonlySet<number>;
  /** 1 where a feature has this place in its lower 16 bits. */
  readonly marks: Uint8Array;
}

export function createFeatureFilter(features: Iterable<number>): FeatureFilter {
  const all = new Set(features);
  const marks = new Uint8Array(0x10000);
  for (const feature of all) marks[feature & 0xffff] = 1;
  return { features: all, marks };
}

/** Calls `visit` for each occurrence of such a feature. A plain loop, because it reads all of a question's candidates. */
function visitWanted(
  occurrences: Int32Array,
  { features, marks }: FeatureFilter,
  visit: (feature: number) => void,
): void {
  for (let index = 0; index < occurrences.length; index += 1) {
    const feature = occurrences[index] ?? 0;
    if (marks[feature & 0xffff] === 1 && features.has(feature)) visit(feature);
  }
}

/** Shared, because most sentences have none of the question's terms. */
const nothing = new Set<number>();

/** Finds a question's terms and 3-grams in a candidate, in one pass over the text. */
export function profile(
  candidate: CandidateText,
  questionTerms: FeatureFilter,
  questionFineGrams: FeatureFilter,
): Profile {
  const counts = new Map<number, number>();
  const fineGrams = new Set<number>();
  let length = 0;
  const look = (part: Part, weight: number) => {
    let found = nothing;
    let known = 0;
    visitWanted(part.terms, questionTerms, (feature) => {
      if (known === 0) found = new Set();
      known += 1;
      found.add(feature);
      counts.set(feature, (counts.get(feature) ?? 0) + weight);
    });
    visitWanted(part.fineGrams, questionFineGrams, (feature) => fineGrams.add(feature));
    length += weight * part.terms.length;
    return { found, precision: part.terms.length === 0 ? 0 : known / part.terms.length };
  };
  const names = passageFields(candidate, "")
    .map(({ text, weight }) => ({ weight, ...look(readPart(text), weight) }))
    .filter(({ weight }) => weight > 1);
  const sentences = readSentences(candidate.text).map((sentence) => look(sentence, 1).found);
  return { counts, sentences, fineGrams, names, length };
}
