import { expect, test } from "vitest";
import { groupByAge } from "../../../handlers/web/client/conversations/groups.ts";
import { findConfirmations } from "../../../handlers/web/client/answers/stored-confirmations.ts";
import type { StoredMessage, ToolActivity } from "../../../handlers/contract/conversation.ts";

const at = "2026-01-02T10:00:00.000Z";

function answer(id: string, ...calls: ToolActivity[]): StoredMessage {
  const status = "complete";
  return {
    id,
    role: "assistant",
    content: "",
    sources: [],
    tool_calls: calls,
    status,
    created_at: at,
  };
}

function asked(id: string): ToolActivity {
  const status = "needs_confirmation";
  return {
    id: `x${id}`,
    tool: "delete_task",
    arguments: {},
    status,
    confirmation_id: id,
    summary: `Delete ${id}`,
  };
}

function decided(id: string, decision: "approved" | "declined"): ToolActivity {
  return { id: `call_${id}`, tool: "delete_task", arguments: {}, decision };
}

test("a stored confirmation is open for ten minutes, unless a later call tells what was decided", () => {
  const found = findConfirmations([
    answer("one", asked("a"), asked("b"), asked("c")),
    answer("two", decided("b", "approved")),
    answer("three", decided("c", "declined"), asked("d")),
  ]);
  expect(found.get("one")?.map(({ id, decision }) => [id, decision])).toEqual([
    ["a", undefined],
    ["b", "approved"],
    ["c", "declined"],
  ]);
  expect(found.get("one")?.[0]).toMatchObject({
    summary: "Delete a",
    expires_at: "2026-01-02T10:10:00.000Z",
  });
  expect(found.get("two")).toEqual([]);
  expect(found.get("three")).toHaveLength(1);
});

test("conversations stand under the reader's own days", () => {
  const now = new Date(2026, 5, 15, 0, 30);
  const before = (hours: number) => ({
    id: String(hours),
    title: "",
    created_at: at,
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
