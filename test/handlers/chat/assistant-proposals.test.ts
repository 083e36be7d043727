import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LanguageModel } from "../../../handlers/ports/language-model.ts";
import { createChatter, toldResults } from "../../support/apps/assistant.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const unknownId = "01900000-0000-7000-8000-000000000000";
const minute = 60_000;

let docent: TestApp;
let script: ReturnType<typeof createScriptedModel>;
let ana: Awaited<ReturnType<typeof createChatter>>;
beforeAll(async () => {
  const languageModel: LanguageModel = {
    name: "scripted",
    stream: (request, signal) => script.model.stream(request, signal),
  };
  docent = await createTestApp({}, { languageModel });
});
afterAll(() => docent.close());
beforeEach(async () => {
  script = createScriptedModel();
  ana = await createChatter(docent);
});

/** Lets the model call these tools in one round, and then only talk. */
async function propose(...calls: readonly (readonly [string, object])[]) {
  for (const [name, input] of calls) script.call(name, input);
  script.end();
  script.say("Asked.");
  script.end();
  return ana.ask("Do as you see fit");
}

/** A task, and the confirmation that its deletion waits for. */
async function proposeDeletion(title = "Buy milk") {
  const task_id = await ana.addTask(title);
  const { confirmations } = await propose(["delete_task", { task_id }]);
  return { task_id, confirmation: confirmations[0] ?? {}, id: String(confirmations[0]?.["id"]) };
}

describe("what a model proposes that cannot be undone", () => {
  test("is not done, but asked for in a sentence with the task's title", async () => {
    const { task_id, confirmation, id } = await proposeDeletion();
    expect(await ana.tasks()).toEqual(["Buy milk"]);
    expect(confirmation).toMatchObject({
      tool: "delete_task",
      arguments: { task_id },
      summary: "Delete the task “Buy milk”",
    });
    const wait = Date.parse(String(confirmation["expires_at"])) - Date.now();
    expect(wait).toBeGreaterThan(9 * minute);
    expect(wait).toBeLessThanOrEqual(10 * minute);
    expect(toldResults(script.requests[1])).toMatchObject([
      { status: "needs_confirmation", confirmation_id: id },
    ]);
    expect((await ana.messages())[1]).toMatchObject({
      tool_calls: [{ tool: "delete_task", status: "needs_confirmation", confirmation_id: id }],
    });
  });

  test("is done when its user approves, and the model hears of it", async () => {
    const { id } = await proposeDeletion();
    script.say("It is gone.");
    script.end();
    const answer = await ana.confirm(id);
    expect(await ana.tasks()).toEqual([]);
    expect(answer).toMatchObject({
      text: "It is gone.",
      calls: [{ tool: "delete_task" }],
      results: [{ result: { status: "deleted", title: "Buy milk" } }],
    });
    expect(toldResults(script.requests[2]).at(-1)).toMatchObject({ status: "deleted" });
    expect((await ana.messages())[2]).toMatchObject({
      role: "assistant",
      content: "It is gone.",
      tool_calls: [{ tool: "delete_task", decision: "approved" }],
    });
  });

  test("is not done when its user declines, then or later", async () => {
    const { id } = await proposeDeletion();
    script.end();
    expect(await ana.confirm(id, false)).toMatchObject({ results: [{ error: "declined" }] });
    expect(toldResults(script.requests[2]).at(-1)).toMatchObject({ status: "declined" });
    expect(await ana.confirm(id)).toEqual({ status: 409, code: "confirmation_used" });
    expect(await ana.tasks()).toEqual(["Buy milk"]);
  });

  test("asks before it overwrites, not before it adds or completes one task", async () => {
    const task_id = await ana.addTask("Buy milk");
    const renamed = await propose(["update_task", { task_id, title: "Buy oat milk" }]);
    expect(renamed.confirmations).toMatchObject([
      { summary: "Change the task “Buy milk”: rename it to “Buy oat milk”" },
    ]);
    const done = await propose(["add_task", { title: "New" }], ["complete_task", { task_id }]);
    expect(done.confirmations).toEqual([]);
    expect(await ana.tasks()).toEqual(["New", "Buy milk ✓"]);
  });

  test("is not asked for what does not exist", async () => {
    const answer = await propose(["delete_task", { task_id: unknownId }]);
    expect(answer.confirmations).toEqual([]);
    expect(answer.results).toMatchObject([{ error: "task_not_found" }]);
  });
});

describe("a turn that changes more than one task", () => {
  test("in one round asks for each", async () => {
    const [one, two] = [await ana.addTask("One"), await ana.addTask("Two")];
    const answer = await propose(
      ["complete_task", { task_id: one }],
      ["complete_task", { task_id: two }],
    );
    expect(answer.confirmations.map(({ summary }) => summary)).toEqual([
      "Complete the task “One”",
      "Complete the task “Two”",
    ]);
    expect(await ana.tasks()).toEqual(["Two", "One"]);
  });

  test("in several rounds asks from the second task on", async () => {
    const [one, two] = [await ana.addTask("One"), await ana.addTask("Two")];
    script.call("complete_task", { task_id: one });
    script.end();
    const answer = await propose(["complete_task", { task_id: two }]);
    expect(answer.confirmations).toMatchObject([{ arguments: { task_id: two } }]);
    expect(await ana.tasks()).toEqual(["Two", "One ✓"]);
  });
});
