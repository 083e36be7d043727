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

const fence = /^ {0,3}(`{3,}|~{3,})\s*([^\s`]*)[^`]*$/;
const bullet = /^(\s*)(?:[-*+•]|(\d{1,9})[.)])\s+(.*)$/;
const delimiters = /^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$/;

export interface BlockReader {
  /**
   * Adds text and returns blocks. The first replaces the open block of the previous call; all but the last are
   * final. Returns none while there are only blank lines.
   */
  push(text: string): MarkdownBlock[];
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
  };
}

function parseBlocks(source: string): { start: number; block: MarkdownBlock }[] {
  const found: { start: number; block: MarkdownBlock }[] = [];
  let paragraph: { block: MarkdownBlock & { text: string } } | undefined;
  let code:
    | { block: { type: "code"; language: string; text: string }; end: string; lines: string[] }
    | undefined;
  let offset = 0;

  for (const line of source.split("\n")) {
    const start = offset;
    offset += line.length + 1;
    const last = offset > source.length;

    if (code) {
      const mark = line.trim();
      const closes = mark.length >= code.end.length && mark === mark.charAt(0).repeat(mark.length);
      if (closes && code.end.startsWith(mark.charAt(0))) {
        code = undefined;
        // The next line must not continue a closed block.
        if (!last) found.push({ start: offset, block: { type: "paragraph", text: "" } });
      } else if (!last || !code.end.startsWith(mark)) {
        // The last line waits while it may still become the closing fence.
        code.lines.push(line);
        code.block.text = code.lines.join("\n");
      }
      continue;
    }
    const opening = fence.exec(line);
    if (opening?.[1]) {
      const block = { type: "code" as const, language: opening[2] ?? "", text: "" };
      code = { block, end: opening[1], lines: [] };
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
  const heading = /^ {0,3}(#{1,6})\s+(.*?)[\s#]*$/.exec(line);
  if (heading) return { type: "heading", level: heading[1]?.length ?? 1, text: heading[2] ?? "" };
  if (/^ {0,3}([-*_])(\s*\1){2,}\s*$/.test(line)) return { type: "rule" };
  const item = bullet.exec(line);
  if (item) {
    const depth = Math.min(3, Math.floor((item[1] ?? "").length / 2));
    const number = item[2] === undefined ? undefined : Number(item[2]);
    return { type: "item", number, depth, text: item[3] ?? "" };
  }
  const quote = /^ {0,3}> ?(.*)$/.exec(line);
  if (quote) return { type: "quote", text: quote[1] ?? "" };
  if (/^\s*\|./.test(line)) {
    const cells = delimiters.test(line)
      ? []
      : line
          .trim()
          .replace(/^\||\|$/g, "")
          .split("|");
    return { type: "row", cells: cells.map((cell) => cell.trim()) };
  }
  return { type: "paragraph", text: line.trim() };
}
