/**
 * The smallest thing that can be quoted and still be understood: a paragraph, a list with the sentence
 * that introduces it, the rows of a table under their header, a piece of code with its introduction.
 */
export interface Block {
  readonly kind: "paragraph" | "list" | "table" | "code";
  /** Markdown of the sentence that introduces a list, a table or code; empty where there is none. */
  readonly lead: string;
  /** What stands above whichever parts are quoted: a table's header and rule, a fence's info string. */
  readonly head: string;
  /** Sentences with the space behind them, items, rows or lines of code: a cut falls between two of them. */
  readonly parts: readonly string[];
  /** A heading with nothing below it. */
  readonly isHeading?: true;
}

/** Whether a block's lead is quoted with it. */
export type LeadUse = "with-lead" | "without-lead";

/** The Markdown of a block's parts from `from` up to `to`. */
export function renderParts(block: Block, from: number, to: number, leadUse: LeadUse): string {
  const parts = block.parts.slice(from, to);
  const lead = leadUse === "with-lead" && block.lead !== "" ? `${block.lead}\n\n` : "";
  if (block.kind === "paragraph") return parts.join("").trim();
  if (block.kind === "table") return `${lead}${block.head}\n${parts.join("\n")}`;
  if (block.kind === "code") {
    const fence = fenceAround(parts);
    return `${lead}${fence}${block.head}\n${parts.join("\n")}\n${fence}`;
  }
  return lead + parts.join(parts.some((part) => part.includes("\n\n")) ? "\n\n" : "\n");
}

/** Longer than any run of backticks in the code. */
function fenceAround(lines: readonly string[]): string {
  const longest = lines.reduce(
    (most, line) => Math.max(most, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)),
    2,
  );
  return "`".repeat(longest + 1);
}
