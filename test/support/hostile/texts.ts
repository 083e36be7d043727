import { pick, type Random } from "./random.ts";

/** Pieces of Markdown, MDX, HTML, front matter and text that parsers look ahead or back from. */
export const marks = [
  "<",
  "</",
  "<b>a</b>",
  "<a ",
  '<a b="',
  "<a b='",
  "<a =  ",
  "<!--",
  "-->",
  "<!",
  "<?",
  "<script>",
  "</script",
  "<title>",
  "<p>",
  "<li>",
  "<h1>a</h1>",
  "<h1>a</h1>b",
  "<td>",
  "<br>",
  "<img alt=a>",
  "<p hidden>a</p>",
  "<template>",
  "<main>",
  "<pre> ",
  "<svg/>",
  "<section id=x><h2>a</h2>b</section>",
  "<a\n",
  "<a {",
  "<x:",
  "<a@b.c>",
  "&",
  "&amp;",
  "&a",
  "&#x41;",
  "= ",
  "x",
  "a ",
  "a\n",
  "a\n\n",
  " ",
  "\n",
  "\r\n",
  "\r",
  " \n",
  "\t",
  "# a\n",
  "# a\nb\n",
  "a\n===\n",
  "[",
  "![",
  "]",
  "[]",
  "[](x ",
  "](( ",
  "[a](b)",
  "[^a]:",
  "(",
  ">",
  "> ",
  ">\n",
  "- ",
  "- a\n",
  "-",
  "-\n",
  "---\n",
  "*",
  "*a ",
  "**a ",
  "_",
  "_a",
  "~",
  "~~a",
  "`",
  "` `` ",
  "`a ",
  "```\n",
  "```\na\n",
  "- ```\n",
  "~~~\n",
  "{/*",
  "{",
  "}",
  '{" "}',
  "import {\n\n",
  "import a from 'b'\n",
  'import "\\"',
  "export const a = `\\`",
  ":::",
  "::: a\n",
  "|",
  "| a | b |\n",
  "|-|-|\n",
  "| a |\n|---|\n",
  ". ",
  "e.g. ",
  "...",
  "。",
  '!"',
  "1.",
  "1. a\n",
  "1",
  "\\",
  "a: b\n",
  'a: "\n',
  "---\na:    b\n",
  "a\u0301",
  "\u0e01",
  "漢",
  "é",
  "😀",
  "\u2028",
  "http://a.b ",
  "==\n",
  "_*",
  "*_`",
  "#",
  "[1]",
  "\u200b",
  "\ud800",
  "\0",
  "\uFEFF",
] as const;

/** A text of about `size` UTF-16 units that is made to be slow: one mark over and over, or several mixed. */
export function hostileText(next: Random, size: number): { text: string; recipe: string } {
  const mark = pick(next, marks);
  const repeated = mark.repeat(Math.ceil(size / mark.length));
  const kind = next(5);
  if (kind === 0) return { text: repeated, recipe: JSON.stringify(mark) };
  const [first, last] = [pick(next, marks), pick(next, marks)];
  if (kind === 1) {
    const recipe = `${JSON.stringify(first)}, ${JSON.stringify(mark)} repeated, ${JSON.stringify(last)}`;
    return { text: first + repeated + last, recipe };
  }
  if (kind === 2) {
    const pair = mark + first;
    return { text: pair.repeat(Math.ceil(size / pair.length)), recipe: JSON.stringify(pair) };
  }
  // Runs of growing or of changing length.
  const isGrowing = kind === 3;
  let text = "";
  for (let count = 1; text.length < size; count += 1) {
    text += isGrowing ? first + mark.repeat(count) + last : pick(next, marks).repeat(1 + next(8));
  }
  const recipe = isGrowing ? `growing runs of ${JSON.stringify(mark)}` : "marks mixed";
  return { text, recipe };
}
