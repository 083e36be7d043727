import { inverseFrequency } from "../index/bm25.ts";
import { countTerms, questionTerms } from "../index/terms.ts";
import type { WeightedTerm } from "../search/candidates.ts";
import { toCandidates } from "./block-candidates.ts";
import { chooseFrom } from "./choose.ts";
import { readQuestion } from "./question.ts";
import { readBlocks } from "./read-blocks.ts";
import { supportOf } from "./support.ts";

/** Below this share of what is asked, a selected text does not answer: its reader means that text. */
const leastSupport = 0.2;
/** A question longer than this is read by its beginning. */
const termLimit = 256;

/**
 * The blocks of the reader's own selection that answer, and of its paragraphs the sentences: the reader has the
 * whole before them. There is no collection to learn from: a term says the more, the fewer parts have it.
 */
export function quoteSelection(question: string, selection: string) {
  const blocks = readBlocks(selection, "text/markdown").flatMap((block) =>
    block.kind === "paragraph" ? block.parts.map((part) => ({ ...block, parts: [part] })) : [block],
  );
  const texts = blocks.flatMap(({ parts }) => parts);
  const having = new Map<number, number>();
  for (const feature of texts.flatMap((text) => [...countTerms(text).keys()])) {
    having.set(feature, (having.get(feature) ?? 0) + 1);
  }
  const terms = questionTerms(question, termLimit).map((term): WeightedTerm => {
    const count = having.get(term.feature) ?? 0;
    // A word the text does not have says no more than one it has once: the text was chosen by hand.
    const information = term.weight * inverseFrequency(Math.max(1, count), texts.length + 1);
    return { ...term, information, passages: count, read: true };
  });
  const asked = readQuestion(question, terms);
  if (supportOf(new Set(having.keys()), asked) < leastSupport) return [];
  const text = {
    heading: "",
    section: "",
    page: "",
    start: 0,
    standing: 1,
    begins: "nothing" as const,
  };
  return chooseFrom(asked, toCandidates(asked, blocks, text, 0), [text]).map((quote) => ({
    marker: null,
    text: quote.text,
  }));
}
