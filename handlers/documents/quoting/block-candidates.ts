import { coverOf } from "./asked-section.ts";
import type { Block } from "./block.ts";
import {
  askingShare,
  definesAsked,
  definitionBonus,
  isRowOf,
  mannerOf,
  namingOf,
} from "./block-manner.ts";
import { tellingRows } from "./excerpt.ts";
import { lettersOf, type Asked } from "./question.ts";
import { blockHasWord, featuresOf, hasWord, supportOf } from "./support.ts";

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
  /** What its first block begins, as far as is known. */
  readonly begins: "asked-section" | "section" | "nothing";
}

/** A block with what it has of the question. */
export interface QuotableBlock {
  readonly source: number;
  readonly position: number;
  readonly block: Block;
  /** How far it has each word of the question, itself or by its headings. */
  readonly has: readonly number[];
  /** What each part says about the question. */
  readonly parts: readonly number[];
  readonly manner: number;
  readonly isDefining: boolean;
  readonly opening: number;
}

/** What a block's heading says counts for it too, but less than its own words. */
const headingShare = 0.4;
/** What the first block of a section is worth whose heading has the question. */
const openingShare = 0.8;

/** A heading with nothing below it that has more in the question than this says nothing. */
const echoCover = 0.9;

/** The blocks of one text, with what each has of the question. */
export function toCandidates(
  asked: Asked,
  blocks: readonly Block[],
  place: BlockPlace,
  source: number,
): QuotableBlock[] {
  const inherited = featuresOf(place.heading, asked);
  const answered = supportOf(featuresOf(place.section, asked), asked);
  return blocks.flatMap((whole, position) => {
    const { block, worth } = tellingRows(whole, (part) =>
      supportOf(featuresOf(part, asked), asked, blockHasWord),
    );
    const words = `${block.lead}\n${block.head}\n${block.parts.join("\n")}`;
    if (isEcho(words, asked)) return [];
    if (block.isHeading && coverOf(words, asked) >= echoCover) return [];
    const row = block.kind === "table" ? bestRow(block, worth) : undefined;
    const own = featuresOf(
      row === undefined ? words : `${block.lead}\n${block.head}\n${row}`,
      asked,
    );
    const isDefining = row === undefined ? definesAsked(block, asked) : isRowOf(row, asked);
    return {
      source,
      position,
      block,
      has: asked.words.map((word) =>
        Math.max(blockHasWord(own, word), headingShare * hasWord(inherited, word)),
      ),
      parts: worth,
      manner: mannerOf(block, asked) * (isDefining ? definitionBonus : namingOf(block, asked)),
      isDefining,
      opening:
        place.begins !== "nothing" && answered >= askingShare
          ? (openingShare * answered) / (position + 1)
          : 0,
    };
  });
}

/** Of a table the row that says most: another row speaks of something else. */
function bestRow({ parts }: Block, worth: readonly number[]): string {
  const most = worth.reduce((highest, each) => Math.max(highest, each), 0);
  return parts[worth.indexOf(most)] ?? "";
}

/** A block that ends with the question itself, as a heading or an example does, is no answer to it. */
function isEcho(words: string, { letters }: Asked): boolean {
  const own = lettersOf(words);
  if (own === letters) return true;
  const at = letters.length < 12 ? -1 : own.lastIndexOf(letters);
  return at !== -1 && own.length - at - letters.length < 6;
}
