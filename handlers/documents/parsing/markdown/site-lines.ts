import { attributeLine } from "./attribute-list.ts";
import { admonition, quoteMarks } from "./markdown-lines.ts";
import { shownByTag } from "./site-marks.ts";

/**
 * What includes a file: `{!file!}`, `{* ../file *}`, `<<< @/file`, `--8<-- "file"`. Not Blade's `{!! $html !!}`, Smarty's
 * `{* comment *}` and Git's `<<<<<<< HEAD`.
 */
const include =
  /^(?:\{!(?!!).*!\}|\{\*[ \t]*[^\s*/]*\/.*\*\}|<<<[ \t]*[\w@./].*|-{1,2}8<-{1,2}[ \t]*\S.*)$/;
const contents = /^\[\[?_?toc_?\]?\]$/i;
const comment = /^%%.*%%$/;
const label = /^ {0,3}\[[^\]^]{1,200}\]:[ \t]*$/;
const target = /^[ \t]*\S+(?:[ \t]+["'(].{0,500})?[ \t]*$/;
const definition =
  /^ {0,3}(?:\[[^\]^]{1,200}\]:[ \t]*\S+(?:[ \t]+["'(].{0,500})?[ \t]*|\*\[[^\]]{1,80}\]:.*)$/;
const templateTag = /\{\{[^{}]*\}\}|\{%[^{}]*%\}/g;
const option = /^[ \t]*:[a-z][\w-]*:(?:[ \t]|$)/i;
/** Definitions are short. */
const longest = 3_000;

/** Whether a line includes a file, in code too. */
export function isInclude(line: string): boolean {
  return include.test(line.trim());
}

/**
 * Which lines a site does not show: definitions of links and abbreviations, attributes, includes, comments, the
 * place of a table of contents, the options of an admonition.
 */
export function hiddenLines(lines: readonly string[]): readonly boolean[] {
  let isDirective = false;
  const written = lines.map((line) =>
    line.slice(0, longest).replace(quoteMarks, "").replaceAll(templateTag, "tag"),
  );
  return written.map((line, index) => {
    const bare = line.trim();
    const isOption = isDirective && option.test(line);
    isDirective = isOption || admonition.test(line);
    if (isOption || definition.test(line)) return true;
    if (label.test(line)) return target.test(written[index + 1] ?? "");
    if (label.test(written[index - 1] ?? "") && target.test(line)) return true;
    if (!/^[-{<[%]/.test(bare)) return false;
    return (
      include.test(bare) ||
      contents.test(bare) ||
      comment.test(bare) ||
      attributeLine(bare) !== undefined
    );
  });
}

const loneTag = /^(?:\{\{[<%][^{}]*[>%]\}\}|\{%[^{}]*%\})$/;
const note = /^(?:!!!|\?\?\?\+?|={3}[!+]?(?=[ \t]+["']))[\w \t-]*(?:(["'])(.*)\1)?$/;
const alertMark = /^\[![a-z-]+\][+-]?(?:[ \t]+(.*))?$/i;

/**
 * The title of a line that only frames what is around it, such as `!!! note "Title"`, `=== "npm"` or `[!TIP]`; ""
 * where it has none, undefined for any other line.
 */
export function frameTitle(line: string): string | undefined {
  const bare = line.trim();
  if (!/^[{[!?=]/.test(bare)) return undefined;
  if (loneTag.test(bare)) return shownByTag(bare);
  const noted = note.exec(bare);
  if (noted !== null) return noted[2] ?? "";
  const alerted = alertMark.exec(bare);
  return alerted === null ? undefined : (alerted[1] ?? "");
}
