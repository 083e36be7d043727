import type { Source } from "../../contract/source.ts";
import { readableText } from "../parsing/readable-text.ts";
import { headingText } from "../parsing/heading-text.ts";
import { chooseQuotes, leastCoverage, quoteFrom } from "./quote.ts";
import type { FoundPassage, Search } from "./search.ts";

/** What the documents have to say to a question. */
export interface RetrievedAnswers {
  readonly passages: readonly {
    readonly source: Source;
    readonly text: string;
  }[];
  /** The sentences that answer, in reading order; none where the documents do not say. */
  readonly quotes: readonly { readonly marker: number; readonly text: string }[];
  /** What was out and done without, as in /api/health. */
  readonly degraded: readonly string[];
}

const passageLimit = 8;
/** Quotes come from the best passages only. */
const quotedPassages = 4;

/** A passage as it is cited. */
export function toSource({
  text,
  media_type,
  coverage: _coverage,
  nearness: _nearness,
  ...place
}: FoundPassage): Source {
  return { ...place, excerpt: readableText(text, media_type) };
}

/** Finds the passages for a question, and the sentences in them that answer it. Throws PortFailure. */
export function createRetrieval(search: Search) {
  return async (question: string): Promise<RetrievedAnswers> => {
    const { passages, terms, degraded } = await search(question, { limit: passageLimit });
    const best = passages[0];
    const isSaid = best !== undefined && best.coverage >= leastCoverage;
    const quotable = passages.slice(0, quotedPassages).map((passage) => ({
      text: readableText(passage.text, passage.media_type),
      heading: headingText(passage.title, passage.heading_path),
      section: passage.heading_path.at(-1) ?? "",
      standing: (passage.score / (best?.score ?? 1)) ** 2,
    }));
    const quotes = isSaid ? chooseQuotes(question, terms, quotable) : [];
    return {
      passages: passages.map((passage) => ({ source: toSource(passage), text: passage.text })),
      quotes: quotes.map(({ source, text }) => ({ marker: source + 1, text })),
      degraded,
    };
  };
}

/** The sentences of the user's own selection that answer. */
export function quoteSelection(question: string, selection: string) {
  return quoteFrom(question, selection).map((text) => ({ marker: null, text }));
}
