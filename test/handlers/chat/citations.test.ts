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

  test("understands markers however a model writes them", () => {
    const text = "A【1】, B [2, 3], C [^1], D [1-3], E 【2†page.md】, F ［9］, G [1][7].";
    const whole = filter([text], 3);
    expect(whole.text).toBe("A[1], B [2][3], C [1], D [1][2][3], E [2], F , G [1].");
    expect(filter(text.split(""), 3)).toEqual(whole);
    for (let cut = 1; cut < text.length; cut += 1) {
      expect(filter([text.slice(0, cut), text.slice(cut)], 3)).toEqual(whole);
    }
  });

  test("leaves intervals and task boxes alone", () => {
    const text = "Between [0, 1], or [x] and [ ] done [";
    expect(filter(text.split(""), 3)).toEqual({ text, cited: [] });
  });

  test("holds nothing back that cannot become a marker", () => {
    const citations = createCitationFilter(() => 1);
    expect(citations.push("see [a")).toBe("see [a");
    expect(citations.push(" [")).toBe(" ");
    expect(citations.push("1")).toBe("");
    expect(citations.push("]")).toBe("[1]");
  });
});
