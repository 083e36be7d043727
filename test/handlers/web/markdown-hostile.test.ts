import { expect, test } from "vitest";
import { parseInline, settle } from "../../../handlers/web/client/answers/inline.ts";
import { createBlockReader } from "../../../handlers/web/client/answers/markdown.ts";
import { createRandom } from "../../support/hostile/random.ts";
import { hostileText, marks } from "../../support/hostile/texts.ts";
import { workOf } from "../../support/hostile/work.ts";

/** Reads an answer as the page does. */
function read(answer: string): void {
  for (const block of createBlockReader().push(answer)) {
    if ("cells" in block) block.cells.forEach(parseInline);
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

test.each([
  ...marks,
  "- - ",
  "#",
  "|-",
  ":|",
  "[a](",
  "[a](b ",
  "**",
  "***",
  "__",
  "```a`",
  "http://",
])("an answer of %j takes linear time, in every kind of block", async (mark) => {
  for (const frame of frames) {
    const answer = (size: number) => frame(mark.repeat(Math.ceil(size / mark.length)));
    const small = await workOf(() => read(answer(2_000)));
    const large = await workOf(() => read(answer(32_000)));
    // Quadratic time would be 256 times as much.
    expect(large, frame(mark)).toBeLessThan(64 * Math.max(small, 4));
  }
});

test("an answer mixed from anything is read", () => {
  const next = createRandom(29);
  for (let round = 0; round < 300; round += 1) read(hostileText(next, next(4_000) + 1).text);
});
