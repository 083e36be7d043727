import type { MediaType } from "../../ports/document-source.ts";
import { renderParts } from "./block.ts";
import { toCandidates, type BlockPlace, type QuotableBlock } from "./block-candidates.ts";
import { isSlight } from "./block-manner.ts";
import { excerpt } from "./excerpt.ts";
import { lettersOf, type Asked } from "./question.ts";
import { readBlocks } from "./read-blocks.ts";

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
/** Where fewer characters are left, no more is quoted. */
const leastLeft = 60;
/** What another block has said already counts for less. */
const repeatedShare = 0.5;
/** A block worth less than this part of the best one is not quoted. */
const leastShare = 0.3;
/** What the first block of a passage is worth without a word of the question, as where only its meaning is near. */
const firstShare = 0.03;
/** What a block of a passage is worth by its place alone, where none of the question's words is matched. */
const passageShare = 2;
/** Characters up to which a list is quoted whole or not at all, with what introduces it. */
const wholeList = 400;
/** Blocks at the beginning of the section that is asked for, at most. */
const openingLimit = 2;
/** The best blocks of which one must fit into what is left. */
const triedLimit = 12;
/** A passage this far below the best one is not quoted. */
const leastStanding = 0.5;

interface Chosen {
  readonly candidate: QuotableBlock;
  readonly text: string;
}

/**
 * The blocks that answer best, those of the best section first, in reading order: each next one is chosen
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
  candidates: readonly QuotableBlock[],
  texts: readonly BlockPlace[],
): BlockQuote[] {
  const chosen = openingOf(candidates, texts);
  const said = asked.words.map(() => 0);
  const matched = candidates.reduce((most, { has }) => Math.max(most, shareOf(has, asked)), 0);
  const unmatched = 1 - matched;
  const fresh = asked.words.map(() => 0);
  let least = candidates.reduce(
    (most, each) =>
      Math.max(most, leastShare * worthOf(each, asked, { said: fresh, unmatched, texts })),
    0,
  );
  let left = characterLimit - chosen.reduce((sum, { text }) => sum + text.length + 2, 0);
  for (const { candidate } of chosen) note(said, candidate);
  while (chosen.length < blockLimit && left > leastLeft) {
    const ranked = candidates
      .filter((each) => !chosen.some(({ candidate }) => candidate === each))
      .map((each) => ({ each, worth: worthOf(each, asked, { said, unmatched, texts }) }))
      .sort((one, other) => other.worth - one.worth)
      .slice(0, triedLimit)
      .filter(({ worth }) => worth > 0 && worth >= least);
    const next = firstFitting(ranked, chosen, Math.min(left, blockCharacterLimit));
    if (next === undefined) break;
    chosen.push(next);
    left -= next.text.length + 2;
    note(said, next.candidate);
  }
  return inReadingOrder(chosen, texts, asked).map(({ candidate, text }) => ({
    source: candidate.source,
    text,
  }));
}

function note(said: number[], { has }: QuotableBlock): void {
  for (const [index, share] of has.entries()) said[index] = Math.max(said[index] ?? 0, share);
}

/** The beginning of the section that is asked for, and the block behind it where the first says little. */
function openingOf(candidates: readonly QuotableBlock[], texts: readonly BlockPlace[]): Chosen[] {
  const section = candidates.filter(({ source }) => texts[source]?.begins === "asked-section");
  // A note may stand before the definition.
  const defining = section.findIndex(({ isDefining }) => isDefining);
  const blocks = section.slice(Math.max(0, defining));
  const chosen: Chosen[] = [];
  let left = characterLimit;
  for (const candidate of blocks.slice(0, openingLimit)) {
    const { block } = candidate;
    // The first part alone is worth something, so that a cut begins with it.
    const fromStart = block.parts.map((_part, index) => (index === 0 ? 1 : 0));
    const cut = excerpt(block, fromStart, Math.min(left, blockCharacterLimit), "with-lead");
    if (cut === undefined) break;
    chosen.push({ candidate, text: cut.text });
    left -= cut.text.length + 2;
    if (!isSlight(block)) break;
  }
  return chosen;
}

function firstFitting(
  ranked: readonly { readonly each: QuotableBlock }[],
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
    const leadUse = isIntroduced ? "without-lead" : "with-lead";
    const whole = renderParts(block, 0, block.parts.length, leadUse).length;
    // A short list is not cut, even if the quotes become a little longer by it.
    const isShortList = block.kind === "list" && whole <= wholeList;
    const cut = excerpt(block, parts, isShortList ? Math.max(limit, whole) : limit, leadUse);
    if (cut === undefined || chosen.some(({ text }) => text.includes(cut.text))) continue;
    return { candidate: each, text: cut.text };
  }
  return undefined;
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
  { has, source, position, manner, opening }: QuotableBlock,
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

/** Those of one section together: first one whose heading the question names, then that of the best block. */
function inReadingOrder(
  chosen: readonly Chosen[],
  texts: readonly BlockPlace[],
  asked: Asked,
): Chosen[] {
  const sectionOf = ({ candidate: { source } }: Chosen) => {
    const place = texts[source];
    return `${place?.page}\n${place?.heading}`;
  };
  const sections = chosen.map(sectionOf);
  const order = (each: Chosen) => {
    const { source, position } = each.candidate;
    const place = texts[source];
    return {
      asked: place?.begins === "asked-section" ? 0 : 1,
      named: isNamed(place?.section ?? "", asked) ? 0 : 1,
      section: sections.indexOf(sectionOf(each)),
      start: place?.start ?? 0,
      position,
    };
  };
  return chosen.toSorted((a, b) => {
    const [one, other] = [order(a), order(b)];
    return (
      one.asked - other.asked ||
      one.named - other.named ||
      one.section - other.section ||
      one.start - other.start ||
      one.position - other.position
    );
  });
}

/** Whether the question says a heading: "What happens during cooldown?" names the section "Cooldown". */
function isNamed(heading: string, { letters }: Asked): boolean {
  const own = lettersOf(heading);
  return own !== "" && letters.includes(own);
}
