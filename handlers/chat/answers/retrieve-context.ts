import type { AskedScope } from "../../contract/asked-scope.ts";
import type { Source } from "../../contract/source.ts";
import type { Grounding, Quote, RelatedPage } from "../../ports/language-model.ts";
import { awaitReading, stillReading, type ReadingNow } from "./still-reading.ts";
import type { Sources } from "./sources.ts";

/** What the documents have to say to a question, best passage first. */
export interface Retrieved {
  /** A quote's marker counts these from 1. */
  readonly passages: readonly { readonly source: Source; readonly text: string }[];
  readonly quotes: readonly Quote[];
  /** The pages that come closest where there are no quotes. */
  readonly related: readonly RelatedPage[];
  /** Services that were out and done without. */
  readonly degraded?: readonly string[];
}

/** What a question leans on: the questions before it, and the documents that the last answer cited. */
export interface Leaning {
  readonly question: string;
  readonly documentIds: readonly string[];
}

export interface ContextDependencies {
  readonly retrieve: (question: string, scope: AskedScope, context?: Leaning) => Promise<Retrieved>;
  readonly reading: ReadingNow;
  /** The blocks of a text that answer a question. */
  readonly quote: (question: string, text: string) => readonly Quote[];
}

/** What a turn answers. */
export interface Question {
  readonly text: string;
  /** What the user selected, to be answered from alone. */
  readonly selection: string | undefined;
  /** What it is about, besides its words. */
  readonly scope: AskedScope;
}

export interface RetrievedContext {
  readonly grounding: Grounding;
  readonly degraded: readonly string[];
}

/** Nothing to rest on: the turn is not a question. */
export const noContext: RetrievedContext = {
  grounding: { mode: "passages", passages: [], quotes: [], related: [] },
  degraded: [],
};

/** What `degraded` names while documents are being read. */
export const documents = "documents";

/** Finds what an answer may rest on, and numbers it. Throws PortFailure. */
export async function retrieveContext(
  { text, selection, scope }: Question,
  context: Leaning | undefined,
  deps: ContextDependencies,
  sources: Sources,
): Promise<RetrievedContext> {
  if (selection !== undefined) {
    const quotes = deps.quote(text, selection);
    return { grounding: { mode: "selection", text: selection, quotes }, degraded: [] };
  }
  const reading = await awaitReading(deps.reading);
  const { passages, quotes, related, degraded = [] } = await deps.retrieve(text, scope, context);
  // Numbered by rank, as quotes count them.
  for (const { source, text: passage } of passages) sources.add(source, passage);
  const grounding: Grounding = {
    mode: "passages",
    passages: inReadingOrder(passages).map(({ source, text: passage }) => ({
      marker: sources.add(source),
      title: source.title,
      headingPath: source.heading_path,
      text: passage,
    })),
    quotes,
    related,
    ...(reading && { otherwise: stillReading(reading) }),
  };
  return { grounding, degraded: reading ? [...degraded, documents] : degraded };
}

/** Page by page, the page of the best passage first, and on a page as they stand there: sections read whole. */
function inReadingOrder(passages: Retrieved["passages"]): Retrieved["passages"] {
  const pages = Map.groupBy(passages, ({ source }) => source.document_id);
  return [...pages.values()].flatMap((page) =>
    page.toSorted((one, other) => one.source.start - other.source.start),
  );
}
