import type { MediaType } from "../../ports/document-source.ts";
import type { Block } from "./block.ts";
import { excerpt, tellingRows } from "./excerpt.ts";
import { lettersOf, type Asked } from "./question.ts";
import { readBlocks } from "./read-blocks.ts";
import { featuresOf, hasWord, supportOf } from "./support.ts";

/** Where a block stands. */
export interface BlockPlace {
  /** Title and headings: they count for each of its blocks, but are not quoted. */
  readonly heading: string;
  /** The innermost heading, or the title where there is none. */
  readonly section: string;
  /** The page it is on. */
  readonly page: string;
  /** Where it begins on its page. */
  readonly start: number;
  /** How good it is beside the others; the best has 1. */
  readonly standing: number;
}

/** A passage that may be quoted from. */
export interface Quotable extends BlockPlace {
  readonly text: string;
  readonly mediaType: MediaType;
}

/** A stretch of Markdown; `source` is the place of its passage in what was given. */
export interface BlockQuote {
  readonly source: number;
  readonly text: string;
}

const blockLimit = 3;
/** Of all blocks together, and of one. */
const characterLimit = 700;
const blockCharacterLimit = 480;
/** What a block's heading says counts for it too, but less than its own words. */
const headingShare = 0.4;
/** What another block has said already counts for less. */
const repeatedShare = 0.5;
/** A block worth less than this part of the best one is not quoted. */
const leastShare = 0.3;
/** A heading that has this share of the question asks it, and its first block answers. */
const askingShare = 0.6;
const openingShare = 0.8;
/** What the first block of a passage is worth without a word of the question, as where only its meaning is near. */
const firstShare = 0.03;
/** What a block of a passage is worth by its place alone, where none of the question's words is matched. */
const passageShare = 2;
/** The best blocks of which one must fit into what is left. */
const triedLimit = 12;
/** A passage this far below the best one is not quoted. */
const leastStanding = 0.5;

interface Chosen {
  readonly candidate: Candidate;
  readonly text: string;
}

interface Candidate {
  readonly source: number;
  readonly position: number;
  readonly block: Block;
  /** How far it has each word of the question, itself or by its headings. */
  readonly has: readonly number[];
  /** What each part says about the question. */
  readonly parts: readonly number[];
  readonly manner: number;
  readonly opening: number;
}

/**
 * The blocks that answer best, in reading order, those of the best page first: each next one is chosen
 * for what it adds, and has to be worth something beside the best one.
 */
export function chooseBlocks(asked: Asked, texts: readonly Quotable[]): BlockQuote[] {
  const candidates = texts.flatMap((text, source) =>
    text.standing < leastStanding
      ? []
      : toCandidates(asked, readBlocks(text.text, text.mediaType), text, source),
  );
  return chooseFrom(asked, candidates, texts);
}

/** `chooseBlocks` for blocks that were read already; `texts` are the places that candidates name. */
export function chooseFrom(
  asked: Asked,
  candidates: readonly Candidate[],
  texts: readonly BlockPlace[],
): BlockQuote[] {
  const chosen: Chosen[] = [];
  const said = asked.words.map(() => 0);
  const matched = candidates.reduce((most, { has }) => Math.max(most, shareOf(has, asked)), 0);
  const unmatched = 1 - matched;
  let least = 0;
  let left = characterLimit;
  while (chosen.length < blockLimit) {
    const ranked = candidates
      .filter((each) => !chosen.some(({ candidate }) => candidate === each))
      .map((each) => ({ each, worth: worthOf(each, asked, { said, unmatched, texts }) }))
      .sort((one, other) => other.worth - one.worth)
      .slice(0, triedLimit)
      .filter(({ worth }) => worth > 0 && worth >= least);
    least = Math.max(least, leastShare * (ranked[0]?.worth ?? 0));
    const next = firstFitting(ranked, chosen, Math.min(left, blockCharacterLimit));
    if (next === undefined) break;
    chosen.push(next);
    left -= next.text.length + 2;
    for (const [index, share] of next.candidate.has.entries()) {
      said[index] = Math.max(said[index] ?? 0, share);
    }
  }
  return inReadingOrder(chosen, texts).map(({ candidate, text }) => ({
    source: candidate.source,
    text,
  }));
}

function firstFitting(
  ranked: readonly { readonly each: Candidate }[],
  chosen: readonly Chosen[],
  limit: number,
): Chosen | undefined {
  for (const { each } of ranked) {
    const { block, parts, source } = each;
    const beside = chosen.filter(({ candidate }) => candidate.source === source);
    // The same step for another tool or style.
    const isAlternative = ({ candidate }: Chosen) =>
      block.kind === "code" &&
      candidate.block.kind === "code" &&
      candidate.block.lead === block.lead;
    if (block.lead !== "" && beside.some(isAlternative)) continue;
    const isIntroduced = beside.some(({ text }) => text.includes(block.lead));
    const cut = excerpt(block, parts, limit, isIntroduced ? "without-lead" : "with-lead");
    if (cut === undefined || chosen.some(({ text }) => text.includes(cut.text))) continue;
    return { candidate: each, text: cut.text };
  }
  return undefined;
}

/** The blocks of one text, with what each has of the question. */
export function toCandidates(
  asked: Asked,
  blocks: readonly Block[],
  place: BlockPlace,
  source: number,
): Candidate[] {
  const inherited = featuresOf(place.heading, asked);
  const answered = supportOf(featuresOf(place.section, asked), asked);
  return blocks.flatMap((whole, position) => {
    const { block, worth } = tellingRows(whole, (part) =>
      supportOf(featuresOf(part, asked), asked),
    );
    const words = `${block.lead}\n${block.head}\n${block.parts.join("\n")}`;
    if (isEcho(words, asked)) return [];
    const own = featuresOf(words, asked);
    return {
      source,
      position,
      block,
      has: asked.words.map((word) =>
        Math.max(hasWord(own, word), headingShare * hasWord(inherited, word)),
      ),
      parts: worth,
      manner: mannerOf(block, asked) * (isDefinition(block, asked) ? definitionBonus : 1),
      opening: answered >= askingShare ? (openingShare * answered) / (position + 1) : 0,
    };
  });
}

interface Round {
  /** How far each word has been said already. */
  readonly said: readonly number[];
  /** The share of the question that even the best block does not have, 0 to 1: there the passages' order decides. */
  readonly unmatched: number;
  readonly texts: readonly BlockPlace[];
}

function shareOf(has: readonly number[], { words, weight }: Asked): number {
  if (weight === 0) return 0;
  return has.reduce((sum, share, index) => sum + share * (words[index]?.weight ?? 0), 0) / weight;
}

function worthOf(
  { has, source, position, manner, opening }: Candidate,
  asked: Asked,
  { said, unmatched, texts }: Round,
): number {
  let worth = 0;
  for (const [index, share] of has.entries()) {
    const fresh = 1 - (1 - repeatedShare) * (said[index] ?? 0);
    worth += (asked.words[index]?.weight ?? 0) * share * fresh;
  }
  const standing = texts[source]?.standing ?? 0;
  const beside = unmatched * passageShare + firstShare / (position + 1);
  return (worth / (asked.weight || 1) + opening + beside) * manner * standing ** 2;
}

/** How well a block's kind goes with what is wanted. */
function mannerOf({ kind, parts, lead }: Block, { wanted }: Asked): number {
  const text = parts.join("\n").trim();
  if (kind === "paragraph") {
    if (/[:：?？؟][*_"'”’»)]*$/.test(text)) return 0.5;
    return pointer.test(text) || text.length < shortText ? 0.6 : 1;
  }
  if (kind === "list" && text.length < shortText) return 0.6;
  if (wanted === "steps") return kind === "table" ? 1 : 1.15;
  if (wanted === "definition") return kind === "code" ? 0.6 : 0.8;
  return kind === "code" && lead === "" ? 0.7 : 0.9;
}

/** Characters; shorter blocks are remarks. */
const shortText = 30;
/** What sends its reader elsewhere, and a property's type or version alone. */
const pointer =
  /^(?:see|check out|visit|read more|learn more|for more|refer to|参见|参考|详见|更多|siehe|mehr|véase|consulta|voir|veja|см\.|[*_]{2}(?:type|default|since|version|added in))(?![\p{L}\p{N}])/iu;

const definitionBonus = 1.25;

/** Whether a paragraph begins with the term that is asked for. */
function isDefinition({ kind, parts }: Block, asked: Asked): boolean {
  if (kind !== "paragraph" || (asked.wanted !== "definition" && asked.wanted !== "term"))
    return false;
  return supportOf(featuresOf((parts[0] ?? "").slice(0, 60), asked), asked) >= askingShare;
}

/** A block that ends with the question itself, as a heading or an example does, is no answer to it. */
function isEcho(words: string, { letters }: Asked): boolean {
  const own = lettersOf(words);
  if (own === letters) return true;
  const at = letters.length < 12 ? -1 : own.lastIndexOf(letters);
  return at !== -1 && own.length - at - letters.length < 6;
}

/** Those of one page together, the page of the best block first. */
function inReadingOrder(chosen: readonly Chosen[], texts: readonly BlockPlace[]): Chosen[] {
  const pages = chosen.map(({ candidate }) => texts[candidate.source]?.page);
  const order = ({ candidate: { source, position } }: Chosen) => ({
    page: pages.indexOf(texts[source]?.page),
    start: texts[source]?.start ?? 0,
    position,
  });
  return chosen.toSorted((a, b) => {
    const [one, other] = [order(a), order(b)];
    return one.page - other.page || one.start - other.start || one.position - other.position;
  });
}
