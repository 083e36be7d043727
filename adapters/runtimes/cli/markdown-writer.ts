import type { Terminal } from "./terminal.ts";

/** A mark with its end: bold text, code or a link. */
const mark =
  /^(?:\*\*(?<bold>(?=\S)[^*]+)\*\*|`(?<code>[^`]+)`|\[(?<label>[^\]]+)\]\((?<url>[^\s)]+)\))/;
/** The beginning of a mark, the end of which may still come. */
const unfinishedMark = /^(?:\*{1,2}$|\*\*[^*]+\*?$|`[^`]*$|\[[^\]]*$|\[[^\]]+\](?:\([^\s)]*)?$)/;
/** The beginning of a line that is certainly neither a heading nor a fence. */
const plainBeginning = /^ {0,3}[^ #`~]/;

/**
 * Prints Markdown to a terminal as it comes: headings, bold text, code and links are styled without their marks,
 * all other text stays as it is. Only text that may be part of a mark waits for its end.
 */
export function createMarkdownWriter({ print, style }: Pick<Terminal, "print" | "style">) {
  /** What of the line is not printed yet. */
  let held = "";
  let hasBegun = false;
  /** The fence of the current code block; empty outside of one. */
  let fence = "";

  /** Prints marks and the text between them; returns the rest that may be an unfinished mark. */
  function inline(text: string, isWhole: boolean): { shown: string; rest: string } {
    let shown = "";
    let rest = text;
    for (;;) {
      const start = rest.search(/[*`[]/);
      if (start < 0) return { shown: shown + rest, rest: "" };
      shown += rest.slice(0, start);
      rest = rest.slice(start);
      const found = mark.exec(rest);
      if (!found && !isWhole && unfinishedMark.test(rest)) return { shown, rest };
      const { bold, code, label, url } = found?.groups ?? {};
      if (bold !== undefined) shown += style("bold", whole(bold));
      else if (code !== undefined) shown += style("green", code);
      else if (label !== undefined) shown += `${whole(label)} ${style("dim", `(${url})`)}`;
      else shown += rest.charAt(0);
      rest = rest.slice(found?.[0].length ?? 1);
    }
  }

  const whole = (text: string): string => inline(text, true).shown;

  /** The end of a line as it is shown; undefined for a fence. */
  function endLine(line: string): string | undefined {
    const ticks = hasBegun ? undefined : /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    const heading = hasBegun ? undefined : /^ {0,3}#{1,6}\s+(\S.*)$/.exec(line)?.[1];
    hasBegun = false;
    if (fence !== "") {
      if (!ticks?.startsWith(fence) || line.trim() !== ticks) return `  ${style("green", line)}`;
      fence = "";
      return undefined;
    }
    if (ticks === undefined)
      return heading === undefined ? whole(line) : style("bold", whole(heading));
    fence = ticks;
    return undefined;
  }

  return {
    /** Prints what can be shown of the text so far; `text` has no control characters. */
    push(text: string): void {
      const lines = (held + text).split("\n");
      held = lines.pop() ?? "";
      for (const line of lines) {
        const shown = endLine(line);
        if (shown !== undefined) print(`${shown}\n`);
      }
      hasBegun ||= fence === "" && plainBeginning.test(held);
      if (!hasBegun) return;
      const { shown, rest } = inline(held, false);
      if (shown !== "") print(shown);
      held = rest;
    },
    /** Prints what was held back; called at the end. */
    flush(): void {
      if (held !== "") print(endLine(held) ?? "");
      held = "";
    },
  };
}
