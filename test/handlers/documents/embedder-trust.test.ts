import { describe, expect, test } from "vitest";
import {
  certaintyOf,
  createEmbedderTrust,
  scriptOf,
} from "../../../handlers/documents/search/embedder-trust.ts";

const agreeing = { certainty: 1, rank: 1, passages: 1000 };
const differing = { certainty: 1, rank: null, passages: 1000 };

function learnt(script: string, testimony: typeof agreeing | typeof differing, times: number) {
  const trust = createEmbedderTrust();
  let last = 0;
  for (let count = 0; count < times; count++) last = trust.learn(script, testimony);
  return last;
}

describe("the trust in an embedder", () => {
  test("is whole where it agrees with words that are certain, and nothing where it never does", () => {
    expect(learnt("Latin", agreeing, 30)).toBe(1);
    expect(learnt("Latin", differing, 30)).toBe(0);
    expect(learnt("Arabic", agreeing, 30)).toBe(1);
  });

  test("is not learnt from questions that the words do not cover", () => {
    const trust = createEmbedderTrust();
    const before = trust.learn("Latin", { ...differing, certainty: 0 });
    for (let count = 0; count < 30; count++) trust.learn("Latin", { ...differing, certainty: 0 });
    expect(trust.learn("Latin", { ...differing, certainty: 0 })).toBeCloseTo(before, 5);
    expect(certaintyOf({ score: 0.5, coverage: 0.1 }, { score: 0.1 })).toBeLessThan(0.05);
    expect(certaintyOf({ score: 0.5, coverage: 0.9 }, { score: 0.5 })).toBe(0);
  });

  test("is learnt for each script by itself", () => {
    const trust = createEmbedderTrust();
    for (let count = 0; count < 30; count++) trust.learn("Han", differing);
    expect(trust.learn("Latin", agreeing)).toBeGreaterThan(0.5);
    expect(trust.learn("Han", agreeing)).toBeLessThan(0.2);
  });

  test("is less before the first question where letters are not Latin", () => {
    const first = { ...differing, certainty: 0 };
    expect(createEmbedderTrust().learn("Han", first)).toBeLessThan(
      createEmbedderTrust().learn("Latin", first),
    );
  });

  test.each([
    ["How do I install Docent?", "Latin"],
    ["Docent 如何安装到服务器上并启动", "Han"],
    ["как установить", "Cyrillic"],
    ["123 !?", ""],
  ])("takes %s for %s", (text, script) => expect(scriptOf(text)).toBe(script));
});
