import { describe, expect, test } from "vitest";
import { createCitationFilter } from "../../../handlers/chat/answers/citations.ts";

function filter(deltas: readonly string[], passages: number) {
  const citations = createCitationFilter(() => passages);
  const text = deltas.map((delta) => citations.push(delta)).join("") + citations.flush();
  return { text, cited: citations.cited() };
}

describe("the citation filter", () => {
  test("numbers passages in the order they are first cited", () => {
    expect(filter(["B [2], A [1], B again [2]."], 3)).toEqual({
      text: "B [1], A [2], B again [1].",
      cited: [2, 1],
    });
  });

  test("drops markers of passages there are none of", () => {
    expect(filter(["x [0] y [4] z [999]"], 3)).toEqual({ text: "x  y  z ", cited: [] });
  });

  test("says the same however the text is cut", () => {
    const text = "See [2] and `a[1]` and ```\nb[1]\n``` then [1], [12] and [x] or [";
    const whole = filter([text], 2);
    expect(filter(text.split(""), 2)).toEqual(whole);
    for (let cut = 1; cut < text.length; cut += 1) {
      expect(filter([text.slice(0, cut), text.slice(cut)], 2)).toEqual(whole);
    }
    expect(whole.text).toBe("See [1] and `a[1]` and ```\nb[1]\n``` then [2],  and [x] or [");
  });

  test("takes code for code: a longer fence, doubled backticks, and a backtick that nothing closes", () => {
    const fence = "`".repeat(4);
    const text = `${fence}\n\`\`\`\na[1]\n\`\`\`\n${fence} [2], \`\`a\`[1]\`\` [1], a \` alone\n\nand [2]`;
    const whole = filter([text], 2);
    expect(whole.text).toBe(
      `${fence}\n\`\`\`\na[1]\n\`\`\`\n${fence} [1], \`\`a\`[1]\`\` [2], a \` alone\n\nand [1]`,
    );
    expect(filter(text.split(""), 2)).toEqual(whole);
    for (let cut = 1; cut < text.length; cut += 1) {
      expect(filter([text.slice(0, cut), text.slice(cut)], 2)).toEqual(whole);
    }
  });

  test("holds nothing back that cannot become a marker", () => {
    const citations = createCitationFilter(() => 1);
    expect(citations.push("see [a")).toBe("see [a");
    expect(citations.push(" [")).toBe(" ");
    expect(citations.push("1")).toBe("");
    expect(citations.push("]")).toBe("[1]");
  });
});
