import { inSpan } from "../../lib/spans.ts";
import { spanNames, spanOperations } from "../../lib/span-names.ts";
import type { AskedScope } from "../../contract/asked-scope.ts";
import type { Source } from "../../contract/source.ts";
import type { TraceSpan } from "../../ports/tracer.ts";
import type { Grounding, Quote, RelatedPage } from "../../ports/language-model.ts";
import type { Prompt } from "./prompt.ts";
import { awaitReading, stillReading, type ReadingNow } from "./still-reading.ts";
import { createSources, type Sources } from "./sources.ts";

/** What a search found for a question, the best passage first. Quotes may be chosen when they are first read. */
export interface Retrieved {
  /** A quote's marker is the number of its passage here, from 1. */
  readonly passages: readonly { readonly source: Source; readonly text: string }[];
  readonly quotes: readonly Quote[];
  /** The nearest pages, when there are no quotes. */
  readonly related: readonly RelatedPage[];
  /** Services that were down and left out. */
  readonly degraded?: readonly string[];
  /** The library's version in the copy that was searched; undefined: the database was searched. */
  readonly version?: string | undefined;
}

/** What a follow-up refers to: the questions before it, and the documents that the last answer cited. */
export interface FollowUpContext {
  readonly question: string;
  readonly documentIds: readonly string[];
}

export interface RetrieveOptions {
  /** What a follow-up refers to. */
  readonly context?: FollowUpContext | undefined;
  /** The span of the retrieval; undefined where the request is not traced. */
  readonly span: TraceSpan | undefined;
  /**
   * Lets a copy of the library be searched: of this version, or, where it is not known yet, of any, which is to be
   * compared then. Undefined: the database is searched.
   */
  readonly copy: { readonly version: string | undefined } | undefined;
}

export interface ContextDependencies {
  readonly retrieve: (
    question: string,
    scope: AskedScope,
    options: RetrieveOptions,
  ) => Promise<Retrieved>;
  readonly reading: ReadingNow;
  /** Finds the blocks of a text that answer a question. */
  readonly quote: (question: string, text: string) => Promise<readonly Quote[]>;
}

/** A question as the user asked it. */
export interface Question {
  readonly text: string;
  /** Text that the user selected; then the answer comes from it alone. */
  readonly selection: string | undefined;
  /** The part of the documents to search. */
  readonly scope: AskedScope;
}

export interface RetrievedContext {
  readonly grounding: Grounding;
  readonly degraded: readonly string[];
  /** Of `Retrieved`. */
  readonly version?: string | undefined;
}

/** The context of a turn that is not a question. */
export const noContext: RetrievedContext = {
  grounding: { mode: "passages", passages: [], quotes: [], related: [] },
  degraded: [],
};

/** The name in `degraded` while documents are still being read. */
export const documents = "documents";

/** Starts the span of a retrieval. @param parent undefined where the request is not traced */
export function startRetrieval(parent: TraceSpan | undefined): TraceSpan | undefined {
  return parent?.start(spanOperations.retrieval, "internal", {
    [spanNames.operation]: spanOperations.retrieval,
    [spanNames.dataSource]: documents,
  });
}

/** What was retrieved before a turn began, its numbers, and the prompt with it. */
export interface ContextAhead extends RetrievedContext {
  readonly sources: Sources;
  readonly prompt: Prompt;
}

/**
 * Retrieves the context of a question that refers to nothing earlier, before its turn begins; undefined where there is
 * nothing to search yet.
 *
 * @throws PortFailure
 */
export function retrieveAhead(
  question: Question,
  write: (grounding: Grounding) => Prompt,
  deps: ContextDependencies,
  parent: TraceSpan | undefined,
): Promise<ContextAhead> | undefined {
  if (question.selection !== undefined || deps.reading() !== undefined) return undefined;
  const span = startRetrieval(parent);
  const sources = createSources();
  const options = { span, copy: { version: undefined } };
  return inSpan(span, async () => {
    const context = await retrieveContext(question, options, deps, sources);
    return { ...context, sources, prompt: write(context.grounding) };
  });
}

/**
 * Retrieves the passages that an answer may use, and numbers them. While the last documents are being read,
 * waits for them up to 2 s.
 *
 * @throws PortFailure
 */
export async function retrieveContext(
  { text, selection, scope }: Question,
  options: RetrieveOptions,
  deps: ContextDependencies,
  sources: Sources,
): Promise<RetrievedContext> {
  if (selection !== undefined) {
    const quotes = await deps.quote(text, selection);
    return { grounding: { mode: "selection", text: selection, quotes }, degraded: [] };
  }
  const reading = await awaitReading(deps.reading);
  const found = await deps.retrieve(text, scope, options);
  const { passages, degraded = [], version } = found;
  // Passages are numbered by rank, as in quotes.
  for (const { source, text: passage } of passages) sources.add(source, passage);
  const grounding: Grounding = {
    mode: "passages",
    passages: inReadingOrder(passages).map(({ source, text: passage }) => ({
      marker: sources.add(source),
      title: source.title,
      headingPath: source.heading_path,
      text: passage,
    })),
    // Not read before a model without a prompt, or a refusal, needs them: choosing them takes time.
    get quotes() {
      return found.quotes;
    },
    get related() {
      return found.related;
    },
    ...(reading && { otherwise: stillReading(reading) }),
  };
  return { grounding, degraded: reading ? [...degraded, documents] : degraded, version };
}

/**
 * Groups passages by page, the best passage's page first, in the order of the page: models then read whole
 * sections.
 */
function inReadingOrder(passages: Retrieved["passages"]): Retrieved["passages"] {
  const pages = Map.groupBy(passages, ({ source }) => source.document_id);
  return [...pages.values()].flatMap((page) =>
    page.toSorted((one, other) => one.source.start - other.source.start),
  );
}
