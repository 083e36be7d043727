import { describe, expect, test } from "vitest";
import { checkAnswer } from "../../../handlers/chat/answers/support/check.ts";

const text =
  "Roses want water twice a week, in summer every day. Prune them in March, above an outward bud. Set `BUD_LIMIT` to 12 to keep more.";
const roses = {
  text,
  source: {
    id: "roses",
    document_id: "garden",
    path: "roses.md",
    title: "Roses",
    url: null,
    heading_path: ["Roses", "Care"],
    excerpt: text.replaceAll("`", ""),
    start: 100,
    end: 100 + text.length,
    score: 1,
  },
};
const bees = {
  source: { ...roses.source, id: "bees", title: "Bees", excerpt: "Bees sleep in their cells." },
};

function marked(answer: string, tellsOutcomes = false): string[] {
  return checkAnswer(answer, [roses, bees], tellsOutcomes).unsupported.map(({ start, end }) =>
    answer.slice(start, end),
  );
}

describe("sentences that are not supported", () => {
  test("are those whose passage says something else, and those without a marker", () => {
    const answer =
      "Roses want water twice a week. [1] Tulips need fertiliser from Holland each month. [1] Bees sleep in cells [2].\n\nLavender hates chalky soil and dies there.";
    expect(marked(answer)).toEqual([
      "Tulips need fertiliser from Holland each month.",
      "Lavender hates chalky soil and dies there.",
    ]);
  });

  test("are those that cite the wrong passage", () => {
    expect(marked("Prune roses in March, above an outward bud [2].")).toEqual([
      "Prune roses in March, above an outward bud",
    ]);
  });

  test("are those with another number, or another name in code", () => {
    expect(marked("Set `BUD_LIMIT` to 40 to keep more. [1]")).toHaveLength(1);
    expect(marked("Set `BUD_LIMIT` to 12 to keep more. [1]")).toEqual([]);
    expect(marked("Set `THORN_COUNT_MAXIMUM`. [1]")).toHaveLength(1);
  });

  test("stand in lists and tables too, without their marks", () => {
    const answer =
      "Care for roses: [1]\n\n- Water them twice a week.\n- Feed them ground coffee at midnight.\n\n| plant | care |\n|---|---|\n| Roses | Prune in March [1] |\n| Cactus | Needs desert sand and lamps |";
    expect(marked(answer)).toEqual([
      "Feed them ground coffee at midnight.",
      "Cactus | Needs desert sand and lamps",
    ]);
  });

  test.each([
    "Hello! I am glad to help you with the garden documents today.",
    "The documents do not say how long tulips live in cold water.",
    "I don't know whether tulips survive a hard winter outside.",
    "Do you want to know how to water tulips in winter?",
    "## Watering tulips through a long winter",
    "```sh\ndig --deep garden tulips winter\n```",
    "Die Dokumente sagen nichts über Tulpen im Winter und deren Pflege.",
    "Los documentos no dicen nada sobre los tulipanes de invierno.",
    "文档中没有关于郁金香冬天护理的内容。",
  ])("are none where nothing is claimed: %s", (answer) => {
    expect(marked(answer)).toEqual([]);
  });

  test("are not looked for in what tools did", () => {
    const answer = "The task “water tulips in winter” was added to your list.";
    expect(marked(answer)).toHaveLength(1);
    expect(marked(answer, true)).toEqual([]);
  });

  test("are not told by words in another language than the passage's, only by numbers and code", () => {
    expect(marked("Die Rosen brauchen im Sommer jeden Tag frisches Wasser. [1]")).toEqual([]);
    expect(
      marked("Die Rosen brauchen im Sommer 30 Liter und viel frisches Wasser. [1]"),
    ).toHaveLength(1);
  });

  test("rest on what their paragraph cites at its end", () => {
    expect(marked("Roses want water twice a week. In summer they want it every day. [1]")).toEqual(
      [],
    );
  });
});

test("a source's span is that of the sentences that support", () => {
  const answer = "Prune them in March, above an outward bud. [1]";
  const [source] = checkAnswer(answer, [roses], false).sources;
  const { start = 0, end = 0 } = source ?? {};
  expect(text.slice(start - 100, end - 100)).toBe("Prune them in March, above an outward bud.");
  expect(source?.excerpt).toBe(roses.source.excerpt);
});

test.each([
  [".".repeat(40_000)],
  [" ".repeat(40_000)],
  ["- ".repeat(20_000)],
  ["|-".repeat(20_000)],
  ["[1] ".repeat(10_000)],
  ["a. ".repeat(13_000)],
  ["`".repeat(39_999) + "x"],
  ["*".repeat(39_999) + "x"],
])("hostile answers take linear time: %#", (answer) => {
  expect(() => checkAnswer(answer, [roses], false)).not.toThrow();
});
