import type { Block } from "./block.ts";
import { exactnessOf } from "./asked-section.ts";
import { lettersOf, type Asked } from "./question.ts";
import { featuresOf, supportOf } from "./support.ts";

/** What has this share of the question is about it. */
export const askingShare = 0.6;
/** Characters below which a block is not enough by itself. */
const fullText = 120;

/** How well a block's kind goes with what is wanted. */
export function mannerOf({ kind, parts, lead }: Block, { wanted }: Asked): number {
  const text = parts.join("\n").trim();
  if (kind === "paragraph") {
    if (introducing.test(text)) return 0.5;
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

/** What ends as an introduction or a question does. */
const introducing = /[:：?？؟][*_"'”’»)]*$/;

/** How much more a block is worth that defines the term asked for, or only begins with it. */
export const definitionBonus = 1.6;
const namingBonus = 1.25;

/** Between a term and what it is said to be, in the languages that say it so. */
const copula =
  /\s(?:is|are|refers? to|means|ist|sind|bezeichnet|bedeutet|es|son|est|sont|désigne|é|são|è|sono|adalah|ialah|это|है|हैं|হল|হলো|ہے|هو|هي)(?=\s)|\s[—–-]\s|\*\*[:：]|[:：]\*\*|是|とは|は|이란|은|는/u;

/** Whether a paragraph begins as a definition of what is asked for does: "The term is …". */
export function definesAsked({ kind, parts }: Block, asked: Asked): boolean {
  if (kind !== "paragraph" || !isAboutTerm(asked)) return false;
  const beginning = (parts[0] ?? "").slice(0, 80);
  const at = copula.exec(beginning)?.index ?? -1;
  return at > 0 && exactnessOf(beginning.slice(0, at), asked) > 0;
}

/** Letters of a cell that says something: "✓" and "yes" do not. */
const tellingCell = 8;

/** Whether a table's row defines what is asked for: its first cell is the term, as a setting's name is, and another tells. */
export function isRowOf(row: string, asked: Asked): boolean {
  const [name = "", ...cells] = row
    .trim()
    .replace(/^\|/, "")
    .split(/(?<!\\)\|/);
  return (
    cells.some((cell) => lettersOf(cell).length >= tellingCell) && exactnessOf(name, asked) > 0
  );
}

/** Whether a paragraph begins with the term that is asked for. */
export function namingOf({ kind, parts }: Block, asked: Asked): number {
  if (kind !== "paragraph" || !isAboutTerm(asked)) return 1;
  const beginning = featuresOf((parts[0] ?? "").slice(0, 60), asked);
  return supportOf(beginning, asked) >= askingShare ? namingBonus : 1;
}

function isAboutTerm({ wanted }: Asked): boolean {
  return wanted === "definition" || wanted === "term";
}

/** Whether a block says too little to answer alone: a remark, a pointer, an introduction, a few labels. */
export function isSlight({ kind, parts }: Block): boolean {
  const text = parts.join("").trim();
  const isIntroducing = introducing.test(text) || pointer.test(text);
  return (
    text.length < fullText ||
    (kind === "paragraph" ? isIntroducing : kind !== "code" && text.length < 2 * fullText)
  );
}
