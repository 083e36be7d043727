import { element, link } from "../lib/elements.ts";
import { parseInline, settle, type Inline } from "./inline.ts";
import { createBlockReader, type MarkdownBlock } from "./blocks.ts";

export interface MarkdownView {
  /** Appends text and renders only the open block again. */
  push(text: string): void;
  /** No more text will come. */
  finish(): void;
}

interface Shown {
  readonly element: HTMLElement;
  readonly kind: string;
  /** One key per child node, to find the changed ones. */
  spans: string[];
}

// A long block is read and rendered again only when it has grown by a sixteenth: rendering it for each token
// would take quadratic time.
const longBlock = 8_000;
const growth = 16;

/** Renders Markdown into `root` as it arrives. `cite` makes the element of a `[n]`. */
export function createMarkdownView(
  root: HTMLElement,
  cite: (number: number) => Node,
): MarkdownView {
  const reader = createBlockReader();
  let open: { shown: Shown; block: MarkdownBlock } | undefined;
  /** Text that is not rendered yet. */
  let waiting = "";

  function show(block: MarkdownBlock, isLast: boolean): void {
    const kind = kindOf(block);
    if (open && open.shown.kind !== kind) remove(open.shown.element);
    const shown =
      open?.shown.kind === kind ? open.shown : { element: place(root, block), kind, spans: [] };
    fill(shown, block, isLast);
    open = { shown, block };
  }

  function fill(shown: Shown, block: MarkdownBlock, growing: boolean): void {
    if (block.type === "code") return appendText(shown.element, block.text);
    if (block.type === "rule") return;
    if (block.type === "row") {
      const cells = block.cells.map((cell) => {
        const made = element("td");
        made.dir = "auto";
        made.append(...parseInline(cell).map(render));
        return made;
      });
      return shown.element.replaceChildren(...cells);
    }
    const spans = parseInline(growing ? settle(block.text) : block.text);
    for (const [index, span] of spans.entries()) {
      const wanted = JSON.stringify(span);
      if (shown.spans[index] === wanted) continue;
      const standing = shown.element.childNodes[index];
      if (standing instanceof Text && span.type === "text") appendText(standing, span.text);
      else if (standing) standing.replaceWith(render(span));
      else shown.element.append(render(span));
      shown.spans[index] = wanted;
    }
    shown.spans.length = spans.length;
    while (shown.element.childNodes.length > spans.length) shown.element.lastChild?.remove();
  }

  function render(span: Inline): Node {
    if ("text" in span) {
      return span.type === "code" ? element("code", "", span.text) : new Text(span.text);
    }
    if (span.type === "citation") return cite(span.number);
    const children = span.children.map(render);
    if (span.type === "link") return link(span.url, "", ...children);
    return element(span.type === "strong" ? "strong" : "em", "", ...children);
  }

  function renderWaiting(): void {
    const blocks = reader.push(waiting);
    waiting = "";
    for (const [index, block] of blocks.entries()) {
      // The first block continues the one of the last call; each further block is new.
      if (index > 0) open = undefined;
      show(block, index === blocks.length - 1);
    }
  }

  return {
    push(text) {
      waiting += text;
      const isLong = reader.openLength > longBlock;
      if (!isLong || waiting.length * growth > reader.openLength) renderWaiting();
    },
    finish() {
      if (waiting !== "") renderWaiting();
      if (open) fill(open.shown, open.block, false);
      open = undefined;
    },
  };
}

/** Two blocks of one kind can share an element. */
function kindOf(block: MarkdownBlock): string {
  if (block.type === "heading") return `heading ${block.level}`;
  if (block.type === "item") return `item ${block.depth} ${block.number ?? "•"}`;
  if (block.type === "code") return `code ${block.language}`;
  return block.type;
}

function place(root: HTMLElement, block: MarkdownBlock): HTMLElement {
  if (block.type === "code") {
    const code = element("code");
    const frame = element("pre", "", code);
    frame.dir = "ltr";
    frame.tabIndex = 0;
    root.append(frame);
    return code;
  }
  if (block.type === "item") return placeItem(root, block);
  if (block.type === "row") {
    const row = element("tr");
    const standing = root.lastElementChild?.querySelector(":scope.table > table > tbody");
    if (standing) standing.append(row);
    else root.append(element("div", "table", element("table", "", element("tbody", "", row))));
    return row;
  }
  const names = { paragraph: "p", quote: "blockquote", rule: "hr" } as const;
  // The page has its own h1 and h2, so an answer's headings begin at h3.
  const made =
    block.type === "heading"
      ? element((["h3", "h4", "h5"] as const)[block.level - 1] ?? "h6")
      : element(names[block.type]);
  made.dir = "auto";
  root.append(made);
  return made;
}

function placeItem(root: HTMLElement, block: MarkdownBlock & { type: "item" }): HTMLElement {
  const name = block.number === undefined ? "ul" : "ol";
  const depth = String(block.depth);
  let list = root.lastElementChild;
  if (list?.localName !== name || list.getAttribute("data-depth") !== depth) {
    const made = element(name);
    made.dataset["depth"] = depth;
    if (made instanceof HTMLOListElement) made.start = block.number ?? 1;
    root.append(made);
    list = made;
  }
  const item = element("li");
  item.dir = "auto";
  list.append(item);
  return item;
}

function appendText(target: Node, text: string): void {
  const node =
    target instanceof Text ? target : (target.firstChild ?? target.appendChild(new Text()));
  if (!(node instanceof Text)) return;
  if (text.startsWith(node.data)) node.appendData(text.slice(node.data.length));
  else node.data = text;
}

/** Removes a block, and the list or frame that it leaves empty. */
function remove(block: HTMLElement): void {
  const outer = block.closest(".table, pre, ul, ol");
  block.remove();
  if (outer && outer.textContent === "" && !outer.querySelector("li, tr")) outer.remove();
}
