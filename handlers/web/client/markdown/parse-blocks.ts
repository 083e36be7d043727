import { withoutIndent } from "../../../lib/text.ts";
import type { MarkdownBlock } from "./block.ts";
import { closesFence, openFence, parseLine, type Fence } from "./lines.ts";
import { enclosingLists, readIndent, type ListLevel } from "./lists.ts";
import { findMathsEnd } from "./maths-lines.ts";
import { readAlignments, splitCells, startsTable, type Alignment } from "./table-lines.ts";

/** What the lines above a block mean for it. */
export interface BlockContext {
  /** The lists that are open, outermost first. */
  readonly lists: readonly ListLevel[];
  /** The columns of the table that is open. */
  readonly table: readonly Alignment[] | undefined;
}

interface Found {
  /** Where the block begins, in UTF-16 units. */
  readonly start: number;
  readonly block: MarkdownBlock;
  /** With it, the source from `start` on reads the same again. */
  readonly before: BlockContext;
}

type Open<Type> = Extract<MarkdownBlock, { readonly type: Type }> & { text: string };

/** Splits a source into blocks, in linear time. An `open` source may go on in the middle of its last line. */
export function parseBlocks(source: string, context: BlockContext, end: "open" | "final"): Found[] {
  const lines = source.split("\n");
  const found: Found[] = [];
  let { lists, table } = context;
  /** What the next line may continue. */
  let text: Open<"paragraph" | "item" | "quote"> | undefined;
  let code: { readonly block: Open<"code">; readonly fence: Fence; isEmpty: boolean } | undefined;
  /** No maths that began above this line ends. */
  let mathsFrom = 0;
  let offset = 0;

  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    const start = offset;
    offset += line.length + 1;
    const isWhole = index < lines.length - 1 || end === "final";
    const before = { lists, table };
    const add = (block: MarkdownBlock): void => {
      found.push({ start, block, before });
    };

    if (code) {
      if (closesFence(code.fence, line)) {
        code = undefined;
        // Keeps the next line from continuing the closed block.
        const next = { start: offset, block: nothing, before: { lists, table } };
        if (index < lines.length - 1) found.push(next);
      } else if (isWhole || !code.fence.mark.startsWith(line.trim())) {
        // The last line waits while it may still become the closing fence.
        const words = withoutIndent(line, code.fence.indent);
        code.block.text += code.isEmpty ? words : `\n${words}`;
        code.isEmpty = false;
      }
      continue;
    }
    if (line.trim() === "") {
      text = undefined;
      table = undefined;
      continue;
    }
    const indent = readIndent(line);
    const fence = openFence(line);
    if (fence) {
      lists = enclosingLists(lists, indent);
      table = undefined;
      text = undefined;
      // The language's name may still be arriving.
      const language = isWhole ? fence.language : "";
      const block: Open<"code"> = { type: "code", language, text: "", depth: lists.length };
      code = { block, fence, isEmpty: true };
      add(block);
      continue;
    }
    if (table && line.includes("|")) {
      add({ type: "row", cells: splitCells(line), alignments: table, depth: lists.length });
      continue;
    }
    table = undefined;
    // May still become a table's delimiters, with the line above as the header.
    if (text && !isWhole && /^[\s|:-]+$/.test(line) && lines[index - 1]?.includes("|")) continue;
    const below = lines[index + 1];
    const isBelowWhole = index + 1 < lines.length - 1 || end === "final";
    if (below !== undefined && isBelowWhole && startsTable(line, below)) {
      if (!text) lists = enclosingLists(lists, indent);
      const alignments = readAlignments(below);
      const cells = splitCells(line);
      const header = cells.some((cell) => cell !== "") ? cells : [];
      add({ type: "table", header, alignments, depth: lists.length });
      table = alignments;
      text = undefined;
      index += 1;
      offset += below.length + 1;
      continue;
    }
    let words = line;
    const maths = index < mathsFrom ? undefined : findMathsEnd(lines, index);
    if (maths?.isClosed === true || (maths && end === "open" && maths.end >= lines.length - 1)) {
      // Within maths, a line is no list item or heading, whatever it begins with.
      const rest = lines.slice(index + 1, maths.end);
      words = [line, ...rest].join("\n");
      for (const { length } of rest) offset += length + 1;
      index += rest.length;
    } else if (maths) mathsFrom = maths.end;

    const block = parseLine(words);
    if (text && (block.type === "paragraph" || (block.type === "quote" && text.type === "quote"))) {
      // Lazy continuation: the line belongs to the paragraph, item or quote above it.
      text.text += `\n${block.text}`;
      continue;
    }
    lists = enclosingLists(lists, indent);
    const placed = { ...block, depth: lists.length };
    add(placed);
    text = placed.type === "heading" || placed.type === "rule" ? undefined : placed;
    if (block.type === "item") lists = [...lists, { indent }];
  }
  return found.filter(({ block }, index) => block !== nothing || index === found.length - 1);
}

const nothing: MarkdownBlock = { type: "paragraph", text: "", depth: 0 };
