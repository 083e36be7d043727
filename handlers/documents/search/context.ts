import type { Term } from "../index/terms.ts";
import { weighQuestion } from "./question-terms.ts";

/** What a question leans on. */
export interface SearchContext {
  /** Earlier questions: their words count for less than the question's own. */
  readonly question: string;
  /** Documents that the last answer cited: they are preferred a little. */
  readonly documentIds: readonly string[];
}

/** What a word of the context counts beside one of the question. */
const contextShare = 0.5;
/** How much better a passage of a document cited before is than another like it. */
const citedBonus = 0.15;

/** The terms of a question, then those of its context that it does not have; at most `limit`. */
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

/** What is embedded for a question: with its context, in the order in which it was said. */
export function embeddedText(query: string, context: SearchContext | undefined): string {
  return context === undefined ? query : `${context.question}\n${query}`;
}

interface Scored {
  readonly candidate: { readonly row: { readonly document_id: string } };
  readonly score: number;
}

/** Moves passages of documents that were cited before up a little; the best stays at most 1. */
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
