import { expect, test } from "vitest";
import { claimsOf, markQuotes } from "../../../handlers/web/client/sources/quotes.ts";

const quoted = (passage: string, claims: string[]): string[] =>
  markQuotes(passage, claims).flatMap((stretch) => (stretch.marked ? [stretch.text] : []));

test("finds what an answer says with each marker", () => {
  const answer = "First thing. [1] Second **thing**. [2][1]\n- Third [2]";
  expect(claimsOf(answer, 1)).toEqual(["First thing. ", " Second **thing**. "]);
  expect(claimsOf(answer, 2)).toEqual([" Second **thing**. ", "- Third "]);
  expect(claimsOf(answer, 3)).toEqual([]);
});

test("takes a list, or the code above a marker that stands alone, for what it rests on", () => {
  const answer =
    "Do this:\n\n- One\n- Two [1]\n\nRun it:\n\n```sh\nnpm start\n```\n\n[2]\n\nDone. [1]";
  expect(claimsOf(answer, 1)).toEqual(["Do this:\n\n- One\n- Two ", "Done. "]);
  expect(claimsOf(answer, 2)).toEqual(["Run it:\n\n```sh\nnpm start\n```\n\n"]);
});

test("marks the quoted sentences and nothing else, whatever their Markdown", () => {
  const passage = "The sky is blue. Set PORT to 8080 first. Then restart it.\n\nGrass is green.";
  expect(quoted(passage, ["Set `PORT` to **8080** first."])).toEqual(["Set PORT to 8080 first."]);
  expect(quoted(passage, ["Set PORT to 8080 first. Then restart it."])).toEqual([
    "Set PORT to 8080 first. Then restart it.",
  ]);
});

test("marks the nearest sentence when the words are others, and none when nothing is near", () => {
  const passage = "Cats sleep most of the day. Dogs bark at strangers in the night.";
  expect(quoted(passage, ["At night dogs will bark at strangers"])).toEqual([
    "Dogs bark at strangers in the night.",
  ]);
  expect(quoted(passage, ["Quantum fluctuations"])).toEqual([]);
});

test("works without spaces between words", () => {
  expect(quoted("天空是蓝色的。草地是绿色的。大海很深很深。", ["草地是绿色的。"])).toEqual([
    "草地是绿色的。",
  ]);
});

test("loses no character of the passage", () => {
  const passage = "  A. B!\n\n- c\n- d\t؟ e… 漢。字\n";
  const text = markQuotes(passage, ["c", "A. B!"]).map((stretch) => stretch.text);
  expect(text.join("")).toBe(passage);
});
