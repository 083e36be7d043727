/**
 * Reads the subset of Markdown that answers use, as it streams in. Blocks are flat; the view joins adjacent
 * items to a list and adjacent rows to a table.
 */
export type MarkdownBlock =
  | { readonly type: "paragraph" | "quote"; readonly text: string }
  | { readonly type: "heading"; readonly level: number; readonly text: string }
  | {
      readonly type: "item";
      /** The number of an ordered item; undefined for a bullet. */
      readonly number: number | undefined;
      /** Nesting, 0 to 3. */
      readonly depth: number;
      readonly text: string;
    }
  | { readonly type: "row"; readonly cells: readonly string[] }
  | { readonly type: "code"; readonly language: string; readonly text: string }
  | { readonly type: "rule" };

// Each pattern reads a line once: what it repeats cannot begin what follows, so that no line makes it slow.
const fence = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;
const heading = /^ {0,3}(#{1,6})\s/;
const rule = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const bullet = /^(\s*)(?:[-*+•]|(\d{1,9})[.)])\s/;
const quote = /^ {0,3}> ?/;
const row = /^\s*\|./;
const delimiters = /^[\s:|-]*$/;

export interface BlockReader {
  /**
   * Adds text and returns blocks, in time linear in the text and the open block. The first replaces the open block of the previous call; all but the last are
   * final. Returns none while there are only blank lines.
   */
  push(text: string): MarkdownBlock[];
  /** The length of the open block, in UTF-16 units: `push` reads it again. */
  readonly openLength: number;
}

/** Creates a reader of streamed Markdown. */
export function createBlockReader(): BlockReader {
  let open = "";
  return {
    push(text) {
      open += text;
      const blocks = parseBlocks(open);
      open = open.slice(blocks.at(-1)?.start ?? 0);
      return blocks.map(({ block }) => block);
    },
    get openLength() {
      return open.length;
    },
  };
}

function parseBlocks(source: string): { start: number; block: MarkdownBlock }[] {
  const found: { start: number; block: MarkdownBlock }[] = [];
  let paragraph: { block: MarkdownBlock & { text: string } } | undefined;
  let code:
    | { block: { type: "code"; language: string; text: string }; end: string; isEmpty: boolean }
    | undefined;
  let offset = 0;

  for (const line of source.split("\n")) {
    const start = offset;
    offset += line.length + 1;
    const last = offset > source.length;

    if (code) {
      const mark = line.trim();
      const closes = mark.startsWith(code.end) && mark.replaceAll(code.end.charAt(0), "") === "";
      if (closes) {
        code = undefined;
        // The next line must not continue a closed block.
        if (!last) found.push({ start: offset, block: { type: "paragraph", text: "" } });
      } else if (!last || !code.end.startsWith(mark)) {
        // The last line waits while it may still become the closing fence.
        code.block.text += code.isEmpty ? line : `\n${line}`;
        code.isEmpty = false;
      }
      continue;
    }
    const opening = fence.exec(line);
    if (opening?.[1]) {
      const [, language = ""] = /^\s*([^\s`]*)/.exec(line.slice(opening[0].length)) ?? [];
      const block = { type: "code" as const, language, text: "" };
      code = { block, end: opening[1], isEmpty: true };
      found.push({ start, block });
      paragraph = undefined;
      continue;
    }
    if (line.trim() === "") {
      paragraph = undefined;
      continue;
    }
    const block = parseLine(line);
    if (block.type === "paragraph" && paragraph) {
      // Lazy continuation: the line belongs to the paragraph, item or quote above it.
      paragraph.block.text += `\n${line.trim()}`;
      continue;
    }
    if (block.type === "quote" && paragraph?.block.type === "quote") {
      paragraph.block.text += `\n${block.text}`;
      continue;
    }
    found.push({ start, block });
    paragraph =
      block.type === "paragraph" || block.type === "item" || block.type === "quote"
        ? { block }
        : undefined;
  }
  return found.filter(
    ({ block }, index) =>
      block.type !== "paragraph" || block.text !== "" || index === found.length - 1,
  );
}

function parseLine(line: string): MarkdownBlock {
  const [marks, level] = heading.exec(line) ?? [];
  if (marks !== undefined && level !== undefined) {
    return { type: "heading", level: level.length, text: withoutClosing(line.slice(marks.length)) };
  }
  if (rule.test(line)) return { type: "rule" };
  const item = bullet.exec(line);
  if (item) {
    const depth = Math.min(3, Math.floor((item[1] ?? "").length / 2));
    const number = item[2] === undefined ? undefined : Number(item[2]);
    return { type: "item", number, depth, text: line.slice(item[0].length).trimStart() };
  }
  const quoted = quote.exec(line)?.[0];
  if (quoted !== undefined) return { type: "quote", text: line.slice(quoted.length) };
  if (row.test(line)) {
    const isDelimiter = line.includes("-") && delimiters.test(line);
    const cells = isDelimiter
      ? []
      : line
          .trim()
          .replace(/^\||\|$/g, "")
          .split("|");
    return { type: "row", cells: cells.map((cell) => cell.trim()) };
  }
  return { type: "paragraph", text: line.trim() };
}

/** A heading's text without the marks that close it. */
function withoutClosing(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s#]/.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end).trimStart();
}
