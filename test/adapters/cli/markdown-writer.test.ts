import { expect, test } from "vitest";
import { createMarkdownWriter } from "../../../adapters/runtimes/cli/markdown-writer.ts";

/** What is printed, with `<style>` in place of colours; `size` characters are pushed at a time. */
function render(markdown: string, size = markdown.length): string {
  let printed = "";
  const writer = createMarkdownWriter({
    print: (text) => (printed += text),
    style: (style, text) => `<${style}>${text}</>`,
  });
  for (let start = 0; start < markdown.length; start += size) {
    writer.push(markdown.slice(start, start + size));
  }
  writer.flush();
  return printed;
}

test.each([
  ["# Origins", "<bold>Origins</>"],
  ["### `a` and b", "<bold><green>a</> and b</>"],
  ["Set **`ALLOWED`** now.", "Set <bold><green>ALLOWED</></> now."],
  ["See [the guide](https://a.example/b). [1]", "See the guide <dim>(https://a.example/b)</>. [1]"],
  [
    "```sh\nnpm start\n# no heading\n```\nDone.",
    "  <green>npm start</>\n  <green># no heading</>\nDone.",
  ],
  ["~~~~\na\n~~~\n~~~~", "  <green>a</>\n  <green>~~~</>\n"],
  ["```\nnever closed", "  <green>never closed</>"],
  ["- one\n* two\n1. three", "- one\n* two\n1. three"],
  ["2 * 3 ** 4, a `tick, [open", "2 * 3 ** 4, a `tick, [open"],
  ["| a | **b** |\n|---|---|", "| a | <bold>b</> |\n|---|---|"],
  ["#hashtag and #1", "#hashtag and #1"],
  ["", ""],
])("%j is shown without its marks, however it comes", (markdown, shown) => {
  expect(render(markdown)).toBe(shown);
  for (const size of [1, 2, 5]) expect(render(markdown, size)).toBe(shown);
});

test("words are printed as they come, and not at the end of their line", () => {
  const printed: string[] = [];
  const writer = createMarkdownWriter({
    print: (text) => printed.push(text),
    style: (_, text) => text,
  });
  writer.push("Set it ");
  writer.push("to **the");
  writer.push(" origin** of");
  expect(printed).toEqual(["Set it ", "to ", "the origin of"]);
});
