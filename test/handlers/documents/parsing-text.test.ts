import { expect, test } from "vitest";
import { codeSpans, plainText } from "../../../handlers/documents/parsing/markdown/plain-text.ts";
import { readableText } from "../../../handlers/documents/parsing/readable-text.ts";
import { splitSentences } from "../../../handlers/documents/parsing/sentences.ts";

test.each([
  ['[text](http://a.b/c_(d) "t") and ![alt](x.png)', "text and alt"],
  ["[ref][1], [collapsed][] and [kept]", "ref, collapsed and [kept]"],
  ["[![badge](b.svg)](http://x)", "badge"],
  ["**bold** *it* __b__ _i_ ***both*** ~~gone~~", "bold it b i both gone"],
  ["snake_case_name, 2 * 3 * 4, a*b", "snake_case_name, 2 * 3 * 4, a*b"],
  ["`code *not* em` and ``a ` b``", "code *not* em and a ` b"],
  ["<https://x.example/a> <me@x.example>", "https://x.example/a me@x.example"],
  ['<b>bold</b> a < b, 3 > 2 <Foo bar={{ a: 1 > 0 }} b=">"/>end', "bold a < b, 3 > 2 end"],
  ["a<!-- hidden -->b{/* gone */}c", "ab c"],
  ["&amp; &lt;T&gt; &#39;q&#x27; &copy; &unknown; AT&T", "& <T> 'q' \u00A9 &unknown; AT&T"],
  ["\\*not em\\* C:\\dir", "*not em* C:\\dir"],
  ["claim[^1]\n\n[^1]: Note.", "claim\n\nNote."],
  ["# Title #\n\nTwo\nlines\n\n***\n\n## Next {#id}", "Title\n\nTwo lines\n\nNext"],
  ["Title\n===\nText", "Title\nText"],
  ["- one\n- [x] two\n  more\n1. three\n   - four", "one\ntwo more\nthree\nfour"],
  ["> quoted\n> text\n>\n> - item", "quoted text\n\nitem"],
  ["| a | b |\n|---|:-:|\n| 1 \\| 2 | `x` |", "a \u00B7 b\n1 | 2 \u00B7 x"],
  ["a | b\n--|--\n1 | 2", "a \u00B7 b\n1 \u00B7 2"],
  [":::tip[My *title*]\nBody\n:::\n:::note\nMore\n:::", "My title\nBody\nMore"],
  ['```js title="x"\nconst a = b * c; // <T>\n\nrun()\n```', "const a = b * c; // <T>\n\nrun()"],
  [
    "- a\n\n  ```py\n  def f():\n      return 1\n\n\n  f()  \n  ```",
    "a\n\ndef f():\n    return 1\n\nf()",
  ],
  ["```\n    deep\n```", "    deep"],
  ["first  \nsecond\\\nthird", "first\nsecond\nthird"],
  ['[a]: http://x "t"\nText', "Text"],
  ["", ""],
])("plain text of %j", (markdown, expected) => {
  expect(plainText(markdown)).toBe(expected);
});

test("tells which lines of a plain text are code, block by block", () => {
  const markdown = "Run:\n\n```sh\nnpm start\n\n  --now\n```\n~~~\nx\n~~~\nDone, `inline`.";
  const text = plainText(markdown);
  const code = codeSpans(markdown).map(({ start, end }) => text.slice(start, end));
  expect(code).toEqual(["npm start\n\n  --now", "x"]);
});

test.each([
  ["It works. It is fast! Is it? Yes.", ["It works.", "It is fast!", "Is it?", "Yes."]],
  [
    "See e.g. Dr. Smith, J. R. Jones and the U.S. Army, i.e. them. Next.",
    ["See e.g. Dr. Smith, J. R. Jones and the U.S. Army, i.e. them.", "Next."],
  ],
  ["It was in the U.S. The end.", ["It was in the U.S.", "The end."]],
  [
    "Version 1.2.3 costs 3.14 at https://x.example/a.b?c=d. See README.md. Done.",
    ["Version 1.2.3 costs 3.14 at https://x.example/a.b?c=d.", "See README.md.", "Done."],
  ],
  [
    "Edit .env, then run node server.js. npm is needed.",
    ["Edit .env, then run node server.js.", "npm is needed."],
  ],
  [
    'He said "Stop." Then he left. (It was late.) Good.',
    ['He said "Stop."', "Then he left.", "(It was late.)", "Good."],
  ],
  [
    "Wait... what? Apples, pears, etc. are fruit, etc. The rest is not.",
    ["Wait... what?", "Apples, pears, etc. are fruit, etc.", "The rest is not."],
  ],
  [
    "Im 19. Jahrhundert, z.B. am 3. Oktober, geschah es. Danach nicht.",
    ["Im 19. Jahrhundert, z.B. am 3. Oktober, geschah es.", "Danach nicht."],
  ],
  [
    "今天天气很好。我们去公园吧！「好。」他说",
    ["今天天气很好。", "我们去公园吧！", "「好。」", "他说"],
  ],
  ["كيف حالك؟ أنا بخير. شكرا", ["كيف حالك؟", "أنا بخير.", "شكرا"]],
  ["यह पहला है। यह दूसरा है॥ अंत", ["यह पहला है।", "यह दूसरा है॥", "अंत"]],
  [
    "By E. I. du Pont et al. 1998, for 30 Mio. Euro.",
    ["By E. I. du Pont et al. 1998, for 30 Mio. Euro."],
  ],
  ["في سن 39. الرقم السابق", ["في سن 39.", "الرقم السابق"]],
  ["one\ntwo\n\nthree", ["one", "two", "three"]],
  ["1. First step. Then more.", ["1. First step.", "Then more."]],
  ["  \n ", []],
])("sentences of %j", (text, expected) => {
  expect(splitSentences(text)).toEqual(expected);
});

test("text without stops is cut at spaces, and without spaces between characters", () => {
  const thai = "การทดสอบระบบ ".repeat(60);
  for (const text of [
    thai,
    "\u0E01\u0E33\u0E48".repeat(400),
    "word ".repeat(400),
    "\u{1F469}\u200D\u{1F680}".repeat(300),
  ]) {
    const sentences = splitSentences(text);
    expect(sentences.length).toBeGreaterThan(1);
    expect(Math.max(...sentences.map((sentence) => sentence.length))).toBeLessThanOrEqual(600);
    expect(sentences.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    for (const sentence of sentences) expect(sentence).not.toMatch(/^[\p{M}\u200D]/u);
  }
  expect(splitSentences(thai).every((sentence) => sentence.startsWith("การ"))).toBe(true);
});

test("sentences lose no character but white space", () => {
  const pieces = [
    "a",
    "B",
    ". ",
    ".",
    "! ",
    '?" ',
    "。",
    "e.g. ",
    "3.",
    " ",
    "\n",
    "…",
    "ก",
    "؟",
    ") ",
    "\u0301",
  ];
  let state = 5;
  for (let round = 0; round < 2000; round += 1) {
    let text = "";
    for (let index = 0; index < 40; index += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      text += pieces[state % pieces.length === 0 ? 0 : (state >>> 8) % pieces.length];
    }
    const sentences = splitSentences(text);
    expect(sentences.join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
    expect(sentences.every((sentence) => sentence === sentence.trim() && sentence !== "")).toBe(
      true,
    );
  }
});

test("the words of plain text and of HTML are not taken for Markdown", () => {
  expect(readableText("Array<string> * 2\nwrapped\n\nNew\n- a\n- b_c_", "text/plain")).toBe(
    "Array<string> * 2 wrapped\n\nNew\n- a\n- b_c_",
  );
  expect(readableText("Array<string>\n\\*", "text/html")).toBe("Array<string>\n*");
  expect(readableText("*a*\nb", "text/mdx")).toBe("a b");
});
