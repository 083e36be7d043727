import { replaceUnstorable } from "../../../lib/text.ts";

export type FrontMatter = ReadonlyMap<string, string>;

export interface FrontMatterReading {
  readonly values: FrontMatter;
  /** The offset of the content after it. */
  readonly end: number;
}

// Characters, more than any front matter has; bounds the search for the closing line.
const longest = 65_536;
const longestLine = 5_000;

/**
 * Reads front matter: the scalars at the top level (plain, quoted or block), which is all of YAML that is
 * supported. Without a closing line there is none, and the whole text is content.
 */
export function readFrontMatter(content: string): FrontMatterReading {
  const none = { values: new Map<string, string>(), end: 0 };
  const head = content.slice(0, longest);
  const opening = /^---[ \t]*\r?\n/.exec(head);
  if (opening === null) return none;
  const closing = /^(?:---|\.\.\.)[ \t]*\r?$/gm;
  closing.lastIndex = opening[0].length;
  const end = closing.exec(head);
  if (end === null) return none;
  const lines = head.slice(opening[0].length, end.index).split(/\r?\n/);
  return { values: readValues(lines), end: end.index + end[0].length };
}

function readValues(lines: readonly string[]): FrontMatter {
  const values = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    if (line.length > longestLine || !line.includes(":")) continue;
    const pair = readPair(line);
    if (pair === undefined) continue;
    const value = readScalar(pair.text, lines, index + 1);
    if (value !== undefined) values.set(pair.key, value);
  }
  return values;
}

/** The key of a line, plain or quoted, and what follows its colon; in linear time. */
function readPair(line: string): { key: string; text: string } | undefined {
  const quoted = /^(?:"[^"]+"|'[^']+')/.exec(line)?.[0] ?? "";
  const colon = line.indexOf(":", quoted.length);
  const plain = line.slice(0, colon).trimEnd();
  const key = quoted === "" ? plain : quoted.slice(1, -1);
  const isKey = quoted === "" ? /^[\w$-][^#]*$/.test(plain) : plain === quoted;
  const text = line.slice(colon + 1);
  if (colon === -1 || !isKey || !/^(?:[ \t]|$)/.test(text)) return undefined;
  return { key, text: text.trim() };
}

/** Reads a scalar; `following` is the index of the line after the key, where a block or continuation begins. */
function readScalar(text: string, lines: readonly string[], following: number) {
  const indented = () => {
    const block: string[] = [];
    for (let index = following; index < lines.length; index += 1) {
      const line = lines[index] ?? "";
      if (line.trim() !== "" && !/^[ \t]/.test(line)) break;
      block.push(line.trim());
    }
    return block;
  };
  if (/^[|>][-+\d]*(?:\s+#.*)?$/.test(text)) {
    return indented()
      .join(text.startsWith("|") ? "\n" : " ")
      .trim();
  }
  const double = /^"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  if (double !== undefined) {
    // An escape may stand for what the text itself cannot have: a NUL, or half a character.
    return replaceUnstorable(double.replace(/\\(u[\da-f]{4}|.)/gi, readEscape));
  }
  const single = /^'((?:[^']|'')*)'/.exec(text)?.[1];
  if (single !== undefined) return single.replaceAll("''", "'");
  const comment = /(?:^|\s)#/.exec(text)?.index ?? text.length;
  const plain = text.slice(0, comment).trimEnd();
  if (plain === "" || /^[[{&*!]/.test(plain)) return undefined;
  return [plain, ...indented()].join(" ").trim();
}

function readEscape(_: string, escaped: string): string {
  if (escaped.length > 1) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
  return { n: "\n", t: "\t", r: "\r" }[escaped] ?? escaped;
}
