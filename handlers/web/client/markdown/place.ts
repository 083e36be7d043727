import { element } from "../lib/elements.ts";
import type { MarkdownBlock } from "./block.ts";
import { codeBlock } from "./code-block.ts";
import type { TextSlot } from "./spans.ts";
import type { Alignment } from "./table-lines.ts";

/** A block's element in the answer. */
export interface PlacedBlock {
  readonly kind: string;
  readonly element: HTMLElement;
  /** Where its texts go. */
  readonly slots: readonly TextSlot[];
  /** Where its code goes. */
  readonly code?: HTMLElement;
}

type Block<Type> = Extract<MarkdownBlock, { readonly type: Type }>;

/** Makes a block's element at the end of the answer, within the last item of each list around it. */
export function placeBlock(root: HTMLElement, block: MarkdownBlock, kind: string): PlacedBlock {
  const parent = findParent(root, block.depth);
  switch (block.type) {
    case "code": {
      const { frame, code } = codeBlock(block.language);
      parent.append(frame);
      return { kind, element: frame, slots: [], code };
    }
    case "item":
      return { kind, ...placeItem(parent, block) };
    case "table":
      return { kind, ...placeTable(parent, block) };
    case "row":
      return { kind, ...placeRow(parent, block) };
    case "rule": {
      const made = element("hr");
      parent.append(made);
      return { kind, element: made, slots: [] };
    }
    case "heading":
    case "paragraph":
    case "quote": {
      const names = { paragraph: "p", quote: "blockquote" } as const;
      // The page has its own h1 and h2, so an answer's headings begin at h3.
      const made =
        block.type === "heading"
          ? element((["h3", "h4", "h5"] as const)[block.level - 1] ?? "h6")
          : element(names[block.type]);
      made.dir = "auto";
      parent.append(made);
      return { kind, element: made, slots: [slotIn(made)] };
    }
  }
}

/** Removes a block, and the list that it leaves empty. */
export function removeBlock(block: HTMLElement): void {
  const list = block.localName === "li" ? block.parentElement : null;
  block.remove();
  if (list && !list.firstElementChild) list.remove();
}

function slotIn(target: HTMLElement): TextSlot {
  return { element: target, keys: [] };
}

function findParent(root: HTMLElement, depth: number): Element {
  let parent: Element = root;
  for (let level = 0; level < depth; level += 1) {
    const item = parent.lastElementChild?.matches("ul, ol")
      ? parent.lastElementChild.lastElementChild
      : undefined;
    parent = item ?? parent;
  }
  return parent;
}

function placeItem(parent: Element, block: Block<"item">): Omit<PlacedBlock, "kind"> {
  const name = block.number === undefined ? "ul" : "ol";
  let list = parent.lastElementChild;
  if (list?.localName !== name) {
    list = element(name);
    if (list instanceof HTMLOListElement) list.start = block.number ?? 1;
    parent.append(list);
  }
  const text = element("p");
  const item = element("li", "", text);
  item.dir = "auto";
  list.append(item);
  if (block.done === undefined) return { element: item, slots: [slotIn(text)] };
  item.className = "check";
  const label = element("span");
  label.id = `check-${(checks += 1)}`;
  const box = element("input");
  box.type = "checkbox";
  box.disabled = true;
  box.defaultChecked = block.done;
  box.setAttribute("aria-labelledby", label.id);
  text.append(box, label);
  return { element: item, slots: [slotIn(label)] };
}

/** Numbers the boxes of task lists, for their labels' ids. */
let checks = 0;

function placeTable(parent: Element, block: Block<"table">): Omit<PlacedBlock, "kind"> {
  const cells = block.header.map((_, column) => {
    const made = tableCell("th", block.alignments[column]);
    made.scope = "col";
    return made;
  });
  const head = cells.length > 0 ? [element("thead", "", element("tr", "", ...cells))] : [];
  const frame = element("div", "table", element("table", "", ...head, element("tbody")));
  // It scrolls where the window is narrow, by keyboard too.
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", "Table");
  parent.append(frame);
  return { element: frame, slots: cells.map(slotIn) };
}

function placeRow(parent: Element, block: Block<"row">): Omit<PlacedBlock, "kind"> {
  const columns = Math.max(block.alignments.length, block.cells.length);
  const cells = Array.from({ length: columns }, (_, column) =>
    tableCell("td", block.alignments[column]),
  );
  const row = element("tr", "", ...cells);
  parent.lastElementChild?.querySelector("tbody")?.append(row);
  return { element: row, slots: cells.map(slotIn) };
}

function tableCell(name: "th" | "td", alignment: Alignment): HTMLTableCellElement {
  const made = element(name, alignment === undefined ? "" : `align-${alignment}`);
  made.dir = "auto";
  return made;
}
