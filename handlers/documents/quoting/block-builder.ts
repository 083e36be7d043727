import { sentenceEnds } from "../parsing/sentences.ts";
import type { Block } from "./block.ts";

interface Code {
  readonly info: string;
  readonly indent: number;
  readonly lines: readonly string[];
}

/** Longer introductions are quoted by their last sentence. */
const longestLead = 240;
const colon = /[:：]["'*_)]*$/;

/** Puts the lines of Markdown together to blocks, and introductions to what they introduce. */
export function createBlockBuilder() {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  let items: string[] | undefined;
  /** Where the text of the open list's items begins. */
  let inner = 0;
  let rows: string[] | undefined;
  let isApart = false;
  /** The paragraph that may introduce the next block; and the one it is, while alternatives follow. */
  let introduction: string | undefined;

  function closeParagraph(): void {
    const text = tidy(paragraph.join(" "));
    paragraph = [];
    if (text === "") return;
    blocks.push({ ...plain, kind: "paragraph", parts: splitParts(text) });
    introduction = text;
  }

  function closeList(): void {
    if (items === undefined) return;
    const parts = items.map((item) => item.trimEnd());
    items = undefined;
    push({ ...plain, kind: "list", parts });
    introduction = undefined;
  }

  function closeTable(): void {
    if (rows === undefined) return;
    const [header = "", delimiter = "", ...rest] = rows;
    rows = undefined;
    if (rest.length > 0) {
      push({ ...plain, kind: "table", head: `${header}\n${delimiter}`, parts: rest });
    }
    introduction = undefined;
  }

  function close(): void {
    closeParagraph();
    closeList();
    closeTable();
  }

  /** Adds a block behind its introduction. */
  function push(block: Block): void {
    const lead = introduction === undefined ? "" : leadOf(introduction, block.kind);
    const before = blocks.at(-1);
    // What ends in a colon says nothing without what follows.
    if (before?.kind === "paragraph" && colon.test(lead)) {
      const rest = lead === before.parts.join("").trim() ? [] : before.parts.slice(0, -1);
      blocks.splice(-1, 1, ...(rest.length > 0 ? [{ ...before, parts: rest }] : []));
    }
    blocks.push({ ...block, lead });
  }

  function addToItem(text: string): void {
    items?.push(`${items.pop() ?? ""}${isApart ? "\n\n" : "\n"}${text}`);
    isApart = false;
  }

  return {
    inTable: () => rows !== undefined,
    blank(): void {
      closeParagraph();
      closeTable();
      isApart = true;
    },
    /** A line that only frames what is around it. */
    frame(): void {
      close();
    },
    heading(text: string): void {
      close();
      introduction = undefined;
      if (text.trim() === "") return;
      blocks.push({ ...plain, kind: "paragraph", parts: [text.trim()], isHeading: true });
    },
    table(header: string): void {
      close();
      rows = [header.trim()];
    },
    /** A table whose header stands in an earlier passage: an empty header keeps its rows apart. */
    tableWithoutHeader(line: string): void {
      const cells = Math.max(1, line.split(/(?<!\\)\|/).length - 2);
      this.table(`|${" |".repeat(cells)}`);
      this.row(`|${"---|".repeat(cells)}`);
      this.row(line);
    },
    row(line: string): void {
      rows?.push(line.trim());
    },
    item(line: string, [whole, indent = ""]: RegExpExecArray): void {
      closeParagraph();
      closeTable();
      if (items !== undefined && indent.length >= inner) {
        isApart = false;
        addToItem(`${" ".repeat(Math.min(6, indent.length - inner + 2))}${line.trim()}`);
        return;
      }
      items ??= [];
      items.push(line.trim());
      inner = Math.min(whole.length, indent.length + 4);
      isApart = false;
    },
    words(line: string, indent: number): void {
      closeTable();
      if (items !== undefined && (indent > 0 || !isApart)) {
        if (isApart) addToItem(line.trim());
        else items.push(`${items.pop() ?? ""} ${line.trim()}`);
        return;
      }
      closeList();
      isApart = false;
      paragraph.push(line.trim());
    },
    code({ info, indent, lines }: Code): void {
      closeParagraph();
      closeTable();
      const head = /^[\w+#.-]*/.exec(info)?.[0] ?? "";
      const parts = trimLines(lines);
      if (parts.length === 0) return;
      if (items !== undefined && (indent > 0 || !isApart)) {
        const item = items.at(-1) ?? "";
        const tab = codeAtEnd(item);
        if (tab !== undefined && isTabBeside(tab.lines, parts)) {
          if (managerOf(parts) !== "npm") return;
          items.splice(-1, 1, item.slice(0, tab.start).trimEnd());
        }
        isApart = true;
        addToItem(`\`\`\`${head}\n${parts.join("\n")}\n\`\`\``);
        isApart = true;
        return;
      }
      closeList();
      const before = blocks.at(-1);
      if (before?.kind === "code" && isTabBeside(before.parts, parts)) {
        if (managerOf(parts) === "npm") blocks.splice(-1, 1, { ...before, head, parts });
        return;
      }
      push({ ...plain, kind: "code", head, parts });
    },
    finish(): Block[] {
      close();
      return blocks;
    },
  };
}

const plain = { lead: "", head: "", parts: [] } as const;

/** One line; a soft break is a space. */
function tidy(text: string): string {
  return text.replace(/[^\S\n]+/g, " ").trim();
}

function splitParts(text: string): string[] {
  const ends = [...sentenceEnds(text), text.length];
  return ends
    .map((end, index) => text.slice(ends[index - 1] ?? 0, end))
    .filter((part) => part !== "");
}

/** The introduction as it is quoted with what it introduces. */
function leadOf(introduction: string, kind: Block["kind"]): string {
  if (!colon.test(introduction) && kind !== "code") return "";
  if (introduction.length <= longestLead) return introduction;
  const last = splitParts(introduction).at(-1)?.trim() ?? "";
  return last.length <= longestLead ? last : "";
}

function trimLines(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== "");
  const last = lines.findLastIndex((line) => line.trim() !== "");
  return first === -1 ? [] : lines.slice(first, last + 1);
}

/** The package manager whose tab this code is. */
function managerOf(lines: readonly string[]): string | undefined {
  const name = /\b(?:np[mx]|pnpm|yarn|bunx?|deno)\b/.exec(lines.join("\n"))?.[0];
  return name === "npx" ? "npm" : name === "bunx" ? "bun" : name;
}

/** Whether two pieces of code are the same step for two package managers. */
function isTabBeside(one: readonly string[], other: readonly string[]): boolean {
  const [first, second] = [managerOf(one), managerOf(other)];
  return first !== undefined && second !== undefined && first !== second;
}

/** The code at the end of an item, or none. */
function codeAtEnd(item: string): { readonly start: number; readonly lines: string[] } | undefined {
  const end = "\n```";
  const start = item.endsWith(end) ? item.lastIndexOf("```", item.length - end.length) : -1;
  if (start === -1) return undefined;
  return { start, lines: item.slice(start, -end.length).split("\n").slice(1) };
}
