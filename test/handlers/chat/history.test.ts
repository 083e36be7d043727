import { describe, expect, test } from "vitest";
import {
  estimateTokens,
  recall,
  recallMessages,
  type PastMessage,
} from "../../../handlers/chat/answers/history.ts";

const said = (role: "user" | "assistant", content: string, more = {}): PastMessage => ({
  role,
  content,
  tool_calls: [],
  ...more,
});

const roles = (messages: readonly { role: string }[]) => messages.map(({ role }) => role);

describe("what a model reads of earlier turns", () => {
  test("is the newest whole messages that fit, oldest first", () => {
    const long = "word ".repeat(2000);
    const past = [
      said("user", `1 ${long}`),
      said("user", `2 ${long}`),
      said("assistant", `3 ${long}`),
    ];
    const recalled = recall(past).map(({ content }) => content.slice(0, 1));
    expect(recalled).toEqual(["2", "3"]);
  });

  test("begins with a question where earlier messages are left out", () => {
    const past = [
      said("user", "x".repeat(20_000)),
      said("assistant", "y".repeat(20_000)),
      said("user", "Why?"),
      said("assistant", "Because."),
    ];
    expect(roles(recall(past))).toEqual(["user", "assistant"]);
    expect(roles(recallMessages(past))).toEqual(["user", "assistant"]);
    expect(roles(recall(past.slice(0, 2)))).toEqual(["assistant"]);
  });

  test("has every call with its result, or neither", () => {
    const call = { id: "a", tool: "list_tasks", arguments: {}, round: 0, result: { tasks: [] } };
    const past = [
      said("assistant", "x".repeat(23_000), { tool_calls: [call] }),
      said("user", "Hi"),
    ];
    expect(roles(recall(past))).toEqual(["assistant", "tool", "assistant", "user"]);
    const tight = [...past, said("assistant", "y".repeat(2000))];
    expect(roles(recall(tight))).toEqual(["user", "assistant"]);
  });

  test("does not repeat a long result", () => {
    const result = { text: "z".repeat(50_000) };
    const call = { id: "a", tool: "search_documents", arguments: {}, round: 0, result };
    const [, told] = recall([said("assistant", "Found.", { tool_calls: [call] })]);
    expect(told?.content.length).toBeLessThan(200);
  });
});

test("an ideograph weighs more than a letter", () => {
  expect(estimateTokens("abcdefgh")).toBe(2);
  expect(estimateTokens("数据库设置方法说明")).toBeGreaterThanOrEqual(9);
});
