import { expect, test } from "vitest";
import { titleOf } from "../../../handlers/chat/turns/title.ts";

test.each([
  ["Who are you?", "Who are you?"],
  ["  please  tell me\tabout CORS ", "Tell me about CORS"],
  ["Please, why?", "Why?"],
  ["pleased to meet you", "pleased to meet you"],
  ["please", "please"],
  ["# Heading **bold** `code`\nmore", "Heading bold code"],
  ["> - quoted [link](https://a.example/x) and ![image](b.png)", "quoted link and image"],
  ["\n\n```js\nconst a = 1;\n```", "const a = 1;"],
  ["snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"],
  ["???", "???"],
  ["👍", "👍"],
  ["מה זה?", "מה זה?"],
])("a conversation that begins with %j is called %j", (message, title) => {
  expect(titleOf(message)).toBe(title);
});

test.each([
  ["words", "word ".repeat(30), `${"word ".repeat(16).trim()}…`],
  ["no end of a word", "x".repeat(200), `${"x".repeat(79)}…`],
  ["characters of two units", "🙂".repeat(100), `${"🙂".repeat(79)}…`],
])("a long title is cut between %s", (_, message, title) => {
  expect(titleOf(message)).toBe(title);
});

test.each([
  "`".repeat(20_000),
  "[".repeat(20_000),
  "**a".repeat(7000),
  "> ".repeat(10_000),
  "設定を変更する方法を教えてください。".repeat(20),
])("a title never exceeds 80 characters, however it is written", (message) => {
  const title = titleOf(message);
  expect(Array.from(title).length).toBeLessThanOrEqual(80);
  expect(title).not.toBe("");
  expect(title.isWellFormed()).toBe(true);
});
