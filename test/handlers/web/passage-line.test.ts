import { describe, expect, test } from "vitest";
import { passageLine } from "../../../handlers/web/client/sources/passage-line.ts";

const excerpt =
  "Browsers ask first. Set ALLOWED_ORIGINS to your origin. Several are separated by commas.\n\ndef allow():\n    return origin";
const code = [{ start: excerpt.indexOf("def"), end: excerpt.length }];

/** The line as text, with what is marked in brackets. */
function lineOf(question: string, claims: string[] = [], passage = { excerpt, code }): string {
  return passageLine(passage, question, claims)
    .stretches.map(({ text, marked }) => (marked ? `[${text}]` : text))
    .join("");
}

describe("the line of a passage", () => {
  test("is the sentence with most of the question's words, which are marked in any form", () => {
    expect(lineOf("Which are separated by what?")).toBe("Several are [separated] by commas.");
    expect(lineOf("How do I set the allowed origins?")).toBe(
      "[Set] ALLOWED_ORIGINS to your [origin].",
    );
  });

  test("is one that the answer quotes, where it quotes the passage", () => {
    expect(lineOf("Which origin?", ["Several are separated by commas."])).toBe(
      "Several are separated by commas.",
    );
  });

  test("marks what it shares with a paraphrase where it has no word of the question", () => {
    const claim = "Commas come between several of them";
    expect(lineOf("Can there be two?", [claim])).toBe("[Several] are separated by [commas].");
  });

  test("is told from code", () => {
    const passage = { excerpt, code };
    expect(passageLine(passage, "What does allow() return?", []).isCode).toBe(true);
    expect(passageLine(passage, "Do browsers ask?", []).isCode).toBe(false);
  });

  test("begins near its first mark and is short", () => {
    const long = `${"very ".repeat(60)}long and an origin ${"more ".repeat(99)}`;
    const line = lineOf("origin", [], { excerpt: long, code: [] });
    expect(line).toMatch(/^… very .* an \[origin\] more .* …$/);
    expect(line.length).toBeLessThan(300);
  });

  test.each([
    ["没有空格的语言也可以。设置允许的来源。", "允许哪些来源?", "设置[允许]的[来源]。"],
    ["A client/server island, servers.", "client server", "A [client/server] island, [servers]."],
    ["", "anything", ""],
    ["???", "???", "???"],
  ])("of %j", (passage, question, expected) => {
    expect(lineOf(question, [], { excerpt: passage, code: [] })).toBe(expected);
  });
});
