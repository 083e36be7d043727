import type { MarkdownBlock } from "./block.ts";
import { createBlockReader } from "./blocks.ts";
import { highlight } from "./highlight.ts";
import { settle } from "./inline.ts";
import { placeBlock, removeBlock, type PlacedBlock } from "./place.ts";
import { appendText, fillText, type SpanDependencies } from "./spans.ts";

export interface MarkdownView {
  /** Appends text and renders only the open block again. */
  push(text: string): void;
  /** No more text will come. */
  finish(): void;
}

// A long block is read and rendered again only when it has grown by a sixteenth: rendering it for each token
// would take quadratic time.
const longBlock = 8_000;
const growth = 16;

/** Renders Markdown into `root` as it arrives. What is incomplete is shown as text. */
export function createMarkdownView(root: HTMLElement, deps: SpanDependencies): MarkdownView {
  const reader = createBlockReader();
  let open: PlacedBlock | undefined;
  /** Text that is not rendered yet. */
  let waiting = "";

  function showAll(blocks: readonly MarkdownBlock[], end: "open" | "final"): void {
    for (const [index, block] of blocks.entries()) {
      // The first block continues the one of the last call; each further block is new.
      if (index === blocks.length - 1 && end === "open") open = show(block, settle);
      else {
        const { code } = show(block, (text) => text);
        if (code && block.type === "code") highlight(code, block.language);
        open = undefined;
      }
    }
  }

  function show(block: MarkdownBlock, ended: (text: string) => string): PlacedBlock {
    const kind = kindOf(block);
    if (open && open.kind !== kind) removeBlock(open.element);
    const placed = open?.kind === kind ? open : placeBlock(root, block, kind);
    if (placed.code && block.type === "code") appendText(placed.code, block.text);
    const texts = textsOf(block);
    for (const [index, slot] of placed.slots.entries()) {
      const text = texts[index] ?? "";
      fillText(slot, index === texts.length - 1 ? ended(text) : text, deps);
    }
    return placed;
  }

  function renderWaiting(): void {
    const text = waiting;
    waiting = "";
    showAll(reader.push(text), "open");
  }

  return {
    push(text) {
      waiting += text;
      const isLong = reader.openLength > longBlock;
      if (!isLong || waiting.length * growth > reader.openLength) renderWaiting();
    },
    finish() {
      if (waiting !== "") renderWaiting();
      showAll(reader.finish(), "final");
    },
  };
}

/** The texts of a block's slots. */
function textsOf(block: MarkdownBlock): readonly string[] {
  if (block.type === "table") return block.header;
  if (block.type === "row") return block.cells;
  return block.type === "code" || block.type === "rule" ? [] : [block.text];
}

/** Two forms of a growing block that have one kind share an element. */
function kindOf(block: MarkdownBlock): string {
  const { type, depth } = block;
  if (type === "heading") return `${type} ${depth} ${block.level}`;
  if (type === "item") return `${type} ${depth} ${block.number ?? "•"} ${block.done}`;
  if (type === "code") return `${type} ${depth} ${block.language}`;
  if (type === "table") return `${type} ${depth} ${block.alignments.length}`;
  if (type === "row") return `${type} ${depth} ${block.cells.length}`;
  return `${type} ${depth}`;
}
