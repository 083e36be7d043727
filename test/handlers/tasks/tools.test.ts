import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "valibot";
import { toJsonSchema } from "@valibot/to-json-schema";
import { createTaskStore } from "../../../handlers/tasks/store.ts";
import { createTaskTools } from "../../../handlers/tasks/tools.ts";
import { ToolFailure, type Tool } from "../../../handlers/lib/tool.ts";
import { signIn, type SignedIn } from "../../support/clients/signed-in.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const unknownId = "01900000-0000-7000-8000-000000000000";

let docent: TestApp;
let tools: Tool[];
let ana: SignedIn;
beforeAll(async () => {
  docent = await createTestApp();
  tools = createTaskTools(createTaskStore(docent.database, docent.ports.clock));
});
afterAll(() => docent.close());
beforeEach(async () => {
  ana = await signIn(docent);
});

function find(name: string): Tool {
  const tool = tools.find((each) => each.name === name);
  if (!tool) throw new Error(`no tool ${name}`);
  return tool;
}

/** Calls a tool as the loop does: with input its own schema has checked. */
async function call(name: string, input: object, userId = ana.userId) {
  const tool = find(name);
  return (await tool.run(parse(tool.input, input), { userId })) as Record<string, unknown>;
}

async function add(title: string, description?: string): Promise<string> {
  const result = await call("add_task", { title, description });
  return String(result["task_id"]);
}

async function listed(input: object = {}, userId = ana.userId) {
  const { tasks, more } = await call("list_tasks", input, userId);
  const rows = tasks as { task_id: string; number: number; title: string; completed: boolean }[];
  return { rows, more, lines: rows.map(({ number, title }) => `${number} ${title}`) };
}

describe("the assistant's task tools", () => {
  test("add, change, complete, reopen and delete say what became of which task", async () => {
    const added = await call("add_task", { title: " Buy  milk " });
    const { task_id } = added;
    expect(added).toEqual({ task_id, status: "created", title: "Buy milk" });
    expect(await call("update_task", { task_id, description: "Two litres" })).toEqual({
      task_id,
      status: "updated",
      title: "Buy milk",
    });
    expect(await call("update_task", { task_id, title: "Buy oat milk" })).toMatchObject({
      status: "updated",
      title: "Buy oat milk",
    });
    expect(await call("complete_task", { task_id })).toMatchObject({ status: "completed" });
    expect(await call("complete_task", { task_id, completed: false })).toMatchObject({
      status: "reopened",
    });
    expect((await call("list_tasks", {}))["tasks"]).toEqual([
      {
        task_id,
        number: 1,
        title: "Buy oat milk",
        description: "Two litres",
        completed: false,
      },
    ]);
    const deleted = { task_id, status: "deleted", title: "Buy oat milk" };
    expect(await call("delete_task", { task_id })).toEqual(deleted);
    expect(await listed()).toMatchObject({ rows: [], more: 0 });
  });

  test("what they write is what the API shows", async () => {
    await add("Seen");
    const response = await docent.fetch("/api/tasks", { headers: ana.headers });
    expect((await response.json()).tasks).toMatchObject([{ title: "Seen", description: "" }]);
  });

  test("tasks are numbered pending first, then newest first, whatever is filtered", async () => {
    const done = await add("Old and done");
    await add("Older milk");
    await add("Newer bread");
    await call("complete_task", { task_id: done });
    const all = ["1 Newer bread", "2 Older milk", "3 Old and done"];
    expect((await listed()).lines).toEqual(all);
    expect((await listed({ status: "pending" })).lines).toEqual(all.slice(0, 2));
    expect((await listed({ status: "completed" })).lines).toEqual(["3 Old and done"]);
    expect((await listed({ q: "MILK" })).lines).toEqual(["2 Older milk"]);
    expect(await listed({ limit: 1 })).toMatchObject({ lines: all.slice(0, 1), more: 2 });
    expect(await listed({ q: "old", limit: 1 })).toMatchObject({ more: 1 });
    expect(await listed({ q: "%\0" })).toMatchObject({ lines: [], more: 0 });
  });

  test.each(["update_task", "complete_task", "delete_task"])(
    "%s finds nobody else's task, none that is unknown, and none by a number",
    async (name) => {
      const foreign = await add("Private");
      const other = await signIn(docent);
      for (const task_id of [foreign, unknownId, "2", "Private", "' or 1=1 --", "a\0b"]) {
        const failure = await call(name, { task_id, title: "Taken" }, other.userId).catch(
          (error: unknown) => error,
        );
        expect(failure).toBeInstanceOf(ToolFailure);
        expect(failure).toMatchObject({ code: "task_not_found" });
      }
      expect(await listed({}, other.userId)).toMatchObject({ rows: [] });
      expect((await listed()).lines).toEqual(["1 Private"]);
    },
  );

  test.each([
    ["add_task", {}],
    ["add_task", { title: "" }],
    ["add_task", { title: "x".repeat(201) }],
    ["add_task", { title: "x", description: "x".repeat(1001) }],
    ["list_tasks", { limit: 0 }],
    ["list_tasks", { status: "open" }],
    ["update_task", { task_id: unknownId }],
    ["update_task", { title: "x" }],
    ["complete_task", { task_id: unknownId, completed: "yes" }],
    ["delete_task", { task_id: 2 }],
  ])("%s does not accept %j", (name, input) => {
    expect(() => parse(find(name).input, input)).toThrow();
  });

  test("each says what it does to what is there", () => {
    const effects = tools.map((tool) => {
      const input = parse(tool.input, { task_id: unknownId, title: "x" });
      return [tool.name, tool.effect(input)];
    });
    expect(Object.fromEntries(effects)).toEqual({
      add_task: { kind: "adds" },
      list_tasks: { kind: "reads" },
      update_task: { kind: "overwrites", target: unknownId },
      complete_task: { kind: "changes", target: unknownId },
      delete_task: { kind: "deletes", target: unknownId },
    });
  });

  test("a model is told every argument, and that no user is one of them", () => {
    const schemas = tools.map(({ name, input }) => {
      const schema = toJsonSchema(input, { typeMode: "input", errorMode: "ignore" });
      const names = Object.entries(schema.properties ?? {}).map(([key, property]) => {
        expect(property).toMatchObject({ description: expect.any(String) });
        return schema.required?.includes(key) ? key : `${key}?`;
      });
      return [name, names];
    });
    expect(Object.fromEntries(schemas)).toEqual({
      add_task: ["title", "description?"],
      list_tasks: ["status?", "q?", "limit?"],
      update_task: ["task_id", "title?", "description?"],
      complete_task: ["task_id", "completed?"],
      delete_task: ["task_id"],
    });
  });
});
