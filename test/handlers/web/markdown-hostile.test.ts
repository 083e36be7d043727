import { expect, test } from "vitest";
import { parseInline, settle } from "../../../handlers/web/client/markdown/inline.ts";
import { createBlockReader } from "../../../handlers/web/client/markdown/blocks.ts";
import { createRandom } from "../../support/hostile/random.ts";
import { hostileText, marks } from "../../support/hostile/texts.ts";
import { growsTooFast } from "../../support/hostile/work.ts";

/** Reads an answer as the page does. */
function read(answer: string): void {
  const reader = createBlockReader();
  for (const block of [...reader.push(answer), ...reader.finish()]) {
    if ("cells" in block) block.cells.forEach(parseInline);
    else if ("header" in block) block.header.forEach(parseInline);
    else if ("text" in block) parseInline(settle(block.text));
  }
}

const frames: readonly ((text: string) => string)[] = [
  (text) => `${text} x`,
  (text) => `| ${text}x`,
  (text) => `# ${text}x`,
  (text) => `- ${text}\u2028x`,
  (text) => `> ${text}`,
  (text) => `\`\`\`${text}\``,
  (text) => `**${text} `,
  (text) => `[${text}](x`,
];

const repeated = [
  ...marks,
  "- - ",
  "#",
  "|-",
  ":|",
  "[a](",
  "[a](b ",
  "**",
  "***",
  "***a",
  "*a **b** ",
  "*a **",
  "__",
  "```a`",
  "http://",
  "http://(",
  "http://a(b",
  "$",
  "$$",
  "$a",
  "$$a",
  "\\[",
  "\\(",
  "\\[a",
  "\\(a",
  "\\[\n",
  "$$ \n",
  "a|b\n-|-\n",
  "|\n",
  "  - a\n",
];

test.each(frames)("an answer takes linear time, whatever is repeated in it: %s", async (frame) => {
  const slow: string[] = [];
  for (const mark of repeated) {
    const answer = (size: number) => frame(mark.repeat(Math.ceil(size / mark.length)));
    const isSlow = await growsTooFast((size) => read(answer(size)), { size: 500, floor: 0.5 });
    if (isSlow) slow.push(JSON.stringify(mark));
  }
  expect(slow).toEqual([]);
});

test("an answer mixed from anything is read", () => {
  const next = createRandom(29);
  for (let round = 0; round < 300; round += 1) read(hostileText(next, next(4_000) + 1).text);
});
