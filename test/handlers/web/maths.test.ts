import { describe, expect, test } from "vitest";
import { parseInline } from "../../../handlers/web/client/markdown/inline.ts";

const mathsIn = (text: string) =>
  parseInline(text).flatMap((span) => (span.type === "maths" ? [[span.tex, span.display]] : []));

const textOf = (text: string) =>
  parseInline(text)
    .map((span) => ("text" in span ? span.text : "…"))
    .join("");

describe("maths", () => {
  test.each([
    ["$x$ and $y_1$", ["x", "y_1"], "inline"],
    ["$E = mc^2$.", ["E = mc^2"], "inline"],
    ["$\\text{speed} = \\frac{d}{t}$", ["\\text{speed} = \\frac{d}{t}"], "inline"],
    ["$2x + 3y$ is $5$", ["2x + 3y", "5"], "inline"],
    ["$\\$5 + x$", ["\\$5 + x"], "inline"],
    ["\\(a_b*c*d\\)", ["a_b*c*d"], "inline"],
    ["$$a\n+ b$$ $$c$$", ["a\n+ b", "c"], "block"],
    ["\\[ a \\\\[2pt] b \\]", ["a \\\\[2pt] b"], "block"],
  ])("is found in %j", (text, tex, display) => {
    expect(mathsIn(text)).toEqual(tex.map((each) => [each, display]));
  });

  test("stands within bold text, links and table cells", () => {
    expect(parseInline("**a $b*c$**")).toEqual([
      {
        type: "strong",
        children: [
          { type: "text", text: "a " },
          { type: "maths", tex: "b*c", display: "inline", source: "$b*c$" },
        ],
      },
    ]);
  });

  test.each([
    "$5 and $10",
    "It costs $5, $10 or $20.",
    "$5-$10, $5/$10, $1,000.50",
    "from $5 to 10$ a month",
    "US$5 and A$6",
    "$HOME/bin:$PATH",
    "echo $x $y $$",
    "$ a $ and $ b$ and $a $",
    "kill $$ and wait $$ again",
    "$open",
    "$$open",
    "a\n$\nb",
  ])("is not money or a variable: %j", (text) => {
    expect(parseInline(text)).toEqual([{ type: "text", text }]);
  });

  test("is not in code", () => {
    expect(parseInline("`$a$`")).toEqual([{ type: "code", text: "$a$" }]);
  });

  test.each([
    ["\\$5 and \\$6", "$5 and $6"],
    ["see \\[1\\] and \\[options\\]", "see [1] and [options]"],
    ["call\\(argument\\)", "call(argument)"],
    ["List\\<T\\> \\{a\\} 5\\% C\\:\\dir", "List<T> {a} 5% C:\\dir"],
    ["\\\\(a\\)", "\\(a)"],
  ])("is not what is escaped: %j", (text, shown) => {
    expect(textOf(text)).toBe(shown);
  });
});
