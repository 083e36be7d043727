import type { Term } from "../index/terms.ts";
import { weighQuestion } from "./question-terms.ts";

/** The conversation that a follow-up question refers to. */
export interface SearchContext {
  /** Earlier questions; their words count less than the question's own words. */
  readonly question: string;
  /** Documents that the last answer cited; their passages get a small bonus. */
  readonly documentIds: readonly string[];
}

/** The weight of a word of the context; a word of the question has 1. */
const contextShare = 0.5;
/** The bonus of a passage whose document was cited, as a share of its score. */
const citedBonus = 0.15;

/** The terms of a question, then the further terms of its context; at most `limit`. */
export function searchedTerms(
  query: string,
  context: SearchContext | undefined,
  limit: number,
): Term[] {
  const own = weighQuestion(query, limit);
  if (context === undefined) return own;
  const known = new Set(own.map(({ feature }) => feature));
  const added = weighQuestion(context.question, limit)
    .filter(({ feature }) => !known.has(feature))
    .map((term) => ({ ...term, weight: term.weight * contextShare }));
  return [...own, ...added].slice(0, limit);
}

/** The text to embed for a question: the context's question, if any, and then the question. */
export function embeddedText(query: string, context: SearchContext | undefined): string {
  return context === undefined ? query : `${context.question}\n${query}`;
}

interface Scored {
  readonly candidate: { readonly row: { readonly document_id: string } };
  readonly score: number;
}

/** Gives passages of cited documents a small bonus; scores stay at most 1. */
export function preferCited<Passage extends Scored>(
  ranked: readonly Passage[],
  context: SearchContext | undefined,
): readonly Passage[] {
  if (!context?.documentIds.length) return ranked;
  const cited = new Set(context.documentIds);
  return ranked
    .map((each) => {
      const bonus = cited.has(each.candidate.row.document_id) ? 1 + citedBonus : 1;
      return { ...each, score: (each.score * bonus) / (1 + citedBonus) };
    })
    .sort((one, other) => other.score - one.score);
}
