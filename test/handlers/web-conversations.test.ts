import { expect, test } from "vitest";
import { groupByAge } from "../../handlers/web/client/conversations/groups.ts";
import { findConfirmations } from "../../handlers/web/client/stored-confirmations.ts";
import type { StoredMessage, ToolCall } from "../../handlers/web/client/wire.ts";

const at = "2026-01-02T10:00:00.000Z";

function answer(id: string, ...calls: ToolCall[]): StoredMessage {
  return {
    id,
    role: "assistant",
    content: "",
    status: "complete",
    created_at: at,
    tool_calls: calls,
  };
}

function asked(id: string, task: string): ToolCall {
  const status = "needs_confirmation";
  const input = { task_id: task };
  return { id, tool: "delete_task", arguments: input, status, confirmation_id: id, summary: task };
}

test("a stored confirmation is open for ten minutes, unless a later call tells what was decided", () => {
  const found = findConfirmations([
    answer("one", asked("a", "milk"), asked("b", "bread"), asked("c", "eggs")),
    answer("two", {
      id: "d",
      tool: "delete_task",
      arguments: { task_id: "bread" },
      result: {},
      decision: "approved",
    }),
    answer("three", {
      id: "e",
      tool: "delete_task",
      arguments: { task_id: "eggs" },
      decision: "declined",
    }),
  ]);
  expect(found.get("one")?.map(({ id, decision }) => [id, decision])).toEqual([
    ["a", undefined],
    ["b", "approved"],
    ["c", "declined"],
  ]);
  expect(found.get("one")?.[0]?.expires_at).toBe("2026-01-02T10:10:00.000Z");
  expect(found.get("two")).toEqual([]);
});

test("of two askings for the same, a decision is the later one's", () => {
  const found = findConfirmations([
    answer("one", asked("a", "milk")),
    answer("two", asked("b", "milk")),
    answer("three", {
      id: "c",
      tool: "delete_task",
      arguments: { task_id: "milk" },
      decision: "approved",
    }),
  ]);
  expect(found.get("one")?.[0]?.decision).toBeUndefined();
  expect(found.get("two")?.[0]?.decision).toBe("approved");
});

test("conversations stand under the reader's own days", () => {
  const now = new Date(2026, 5, 15, 0, 30);
  const before = (hours: number) => ({
    id: String(hours),
    title: "",
    updated_at: new Date(now.getTime() - hours * 3_600_000).toISOString(),
  });
  const groups = groupByAge([before(0), before(1), before(26), before(24 * 30)], now);
  expect(groups.map(({ name, members }) => [name, members.map(({ id }) => id)])).toEqual([
    ["Today", ["0"]],
    ["Yesterday", ["1"]],
    ["Last seven days", ["26"]],
    ["Earlier", ["720"]],
  ]);
});
