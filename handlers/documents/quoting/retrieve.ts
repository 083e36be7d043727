import type { RelatedPage } from "../../ports/language-model.ts";
import type { TraceSpan } from "../../ports/tracer.ts";
import type { AskedScope } from "../../contract/asked-scope.ts";
import type { Source } from "../../contract/source.ts";
import { headingText } from "../parsing/heading-text.ts";
import { readableText } from "../parsing/readable-text.ts";
import type { SearchContext } from "../search/context.ts";
import type { CopyWanted, LibraryCopy } from "../search/copy/library-copy.ts";
import type { FoundPassage, Search } from "../search/search.ts";
import { findAskedSection, openingOf } from "./asked-section.ts";
import type { Quotable } from "./choose.ts";
import { backgroundNearness, isAnswered, usualContrast, type Evidence } from "./evidence.ts";
import { readQuestion, withContext, type Asked } from "./question.ts";
import type { ReadOpening } from "./store-opening.ts";
import { toSource } from "./source.ts";
import { featuresOf } from "./support.ts";
import { withSections } from "./whole-sections.ts";

/**
 * What the documents have to say to a question. `quotes` and `related` are made when they are first read: a language model
 * answers from the passages, and need not wait for them.
 */
export interface RetrievedAnswers {
  readonly passages: readonly {
    readonly source: Source;
    readonly text: string;
  }[];
  /** The blocks that answer, those of the best section first; none where the documents do not say. */
  readonly quotes: readonly { readonly marker: number; readonly text: string }[];
  /** The pages that come closest where they do not say. */
  readonly related: readonly RelatedPage[];
  /** What was out and done without, as in /api/health. */
  readonly degraded: readonly string[];
  /** The library's version in a copy that was read; undefined: the database was. */
  readonly version: string | undefined;
}

export interface RetrievalOptions {
  /** The conversation that the question refers to, if it is a follow-up. */
  readonly context?: SearchContext | undefined;
  readonly span?: TraceSpan | undefined;
  /** Undefined: the database is searched. */
  readonly copy?: CopyWanted | undefined;
}

const loadChooser = async () => (await import("./choose.ts")).chooseBlocks;
type ChooseBlocks = Awaited<ReturnType<typeof loadChooser>>;
/** Loaded by the first question, and kept, because to import even a loaded module takes a part of a millisecond. */
let chooser: ReturnType<typeof loadChooser> | undefined;

/** Passages that tell what is near by chance, and continue the best ones' sections; their texts are read anyway. */
const lookedAt = 30;
const passageLimit = 8;
/** Quotes come from the best passages only. */
const quotedPassages = 6;
/** And what they rest on stands in the first few. */
const judgedPassages = 3;
const relatedLimit = 3;

/**
 * Finds the passages for a question, and what of them answers it. Throws PortFailure.
 *
 * @param readOpening for the beginning of a section that the question names where the search did not find it
 * @param copies searched instead of the database where they have the copy that is wanted
 */
export function createRetrieval(
  search: Search,
  readOpening?: ReadOpening,
  copies?: Pick<LibraryCopy, "find">,
) {
  return async (
    question: string,
    scope?: AskedScope,
    { context, span, copy }: RetrievalOptions = {},
  ): Promise<RetrievedAnswers> => {
    const choosing = (chooser ??= loadChooser());
    const library = copy && copies?.find(copy);
    const options = { limit: lookedAt, scope, context, span, library };
    const answer = await search(question, options);
    const { passages: ranked, asked: searched, terms, size, degraded } = answer;
    const own = readQuestion(searched, terms);
    const asked = context ? withContext(own, readQuestion(context.question, terms)) : own;
    const section = findAskedSection(ranked, asked);
    const opening =
      section &&
      (openingOf(ranked, section.passage.document_id, section.headings) ??
        (await readOpening?.(section.passage, section.headings)));
    const found = opening ? [opening, ...ranked.filter((each) => each !== opening)] : ranked;
    const passages = found.slice(0, passageLimit);
    const background = backgroundNearness(found.map(({ nearness }) => nearness));
    const quotable = passages
      .slice(0, quotedPassages)
      .map((passage) => toQuotable(passage, found, opening));
    const whole = withSections(found, passageLimit);
    const judged = passages.slice(0, judgedPassages);
    const judging = { asked, judged, background, context, size };
    const about = { related: relatedPages(passages), degraded, version: library?.version };
    return toAnswers(whole, quotable, judging, { ...about, chooseBlocks: await choosing });
  };
}

/** What tells whether the best passages answer. */
interface Judging {
  readonly asked: Asked;
  readonly judged: readonly FoundPassage[];
  readonly background: number | undefined;
  readonly context: SearchContext | undefined;
  /** Passages in the whole index. */
  readonly size: number;
}

interface About extends Pick<RetrievedAnswers, "related" | "degraded" | "version"> {
  readonly chooseBlocks: ChooseBlocks;
}

/** A function of its own, so that what is kept for the quotes is not all that the search found. */
function toAnswers(
  given: readonly FoundPassage[],
  quotable: readonly Quotable[],
  judging: Judging,
  { related, chooseBlocks, ...rest }: About,
): RetrievedAnswers {
  let chosen: RetrievedAnswers["quotes"] | undefined;
  const choose = () => {
    const { asked, judged, size } = judging;
    const evidence = judged.map((each) => toEvidence(each, judging));
    if (!isAnswered(asked, evidence, size)) return [];
    return chooseBlocks(asked, quotable).map(({ source, text }) => ({ marker: source + 1, text }));
  };
  const quotes = () => (chosen ??= choose());
  return {
    passages: given.map((passage) => ({ source: toSource(passage), text: passage.text })),
    get quotes() {
      return quotes();
    },
    get related() {
      return quotes().length > 0 ? [] : related;
    },
    ...rest,
  };
}

function toEvidence(passage: FoundPassage, { asked, background, context }: Judging): Evidence {
  const { title, heading_path, text, media_type, nearness, document_id } = passage;
  const heading = headingText(title, heading_path);
  const isKnown = nearness !== undefined && background !== undefined && background < 1;
  const contrast = isKnown ? (nearness - background) / (1 - background) : undefined;
  // A page that the last answer cited is about what was asked then.
  const subject = context?.documentIds.includes(document_id) ? context.question : "";
  return {
    whole: featuresOf(`${subject}\n${heading}\n${readableText(text, media_type)}`, asked),
    heading: featuresOf(heading, asked),
    // What was embedded for it is two questions: to stand out less from both is nothing against a passage.
    contrast: contrast !== undefined && context ? Math.max(contrast, usualContrast) : contrast,
  };
}

function toQuotable(
  passage: FoundPassage,
  found: readonly FoundPassage[],
  asked: FoundPassage | undefined,
): Quotable {
  const { title, heading_path, text, media_type, document_id, start, score } = passage;
  const isFirst = openingOf(found, document_id, heading_path) === passage;
  const highest = found.reduce((most, each) => Math.max(most, each.score), 0);
  return {
    text,
    mediaType: media_type,
    heading: headingText(title, heading_path),
    section: heading_path.at(-1) ?? title,
    page: document_id,
    start,
    standing: passage === asked || highest === 0 ? 1 : score / highest,
    begins: passage === asked ? "asked-section" : isFirst ? "section" : "nothing",
  };
}

/** The pages of the passages, best first, each once; without the section's anchor. */
function relatedPages(passages: readonly FoundPassage[]): RelatedPage[] {
  const pages = new Map<string, RelatedPage>();
  for (const { document_id, title, url, path } of passages) {
    if (pages.size === relatedLimit || pages.has(document_id)) continue;
    pages.set(document_id, { document_id, title, url: url?.replace(/#.*$/s, "") ?? null, path });
  }
  return [...pages.values()];
}
