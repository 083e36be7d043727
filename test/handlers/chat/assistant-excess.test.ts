import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LanguageModel } from "../../../handlers/ports/language-model.ts";
import { createChatter, toldResults } from "../../support/apps/assistant.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
let script: ReturnType<typeof createScriptedModel>;
let ana: Awaited<ReturnType<typeof createChatter>>;
beforeAll(async () => {
  const languageModel: LanguageModel = {
    name: "scripted",
    stream: (request, signal) => script.model.stream(request, signal),
  };
  docent = await createTestApp({ ANSWER_TOKENS_MAX: "16384" }, { languageModel });
});
afterAll(() => docent.close());
beforeEach(async () => {
  script = createScriptedModel();
  ana = await createChatter(docent);
});

describe("a model that calls without measure", () => {
  test("in one round has twenty calls made, and hears that the others were not", async () => {
    for (let index = 0; index < 1000; index += 1) script.call("add_task", { title: `${index}` });
    script.end();
    script.end();
    const { results, calls } = await ana.ask("Add everything");
    expect(await ana.tasks()).toHaveLength(20);
    expect(results.filter(({ result }) => result)).toHaveLength(20);
    const refused = results.filter(({ error }) => error === "too_many_calls");
    expect(refused).toHaveLength(20);
    expect(calls).toHaveLength(40);
    expect(toldResults(script.requests[1]).at(-1)).toMatchObject({ error: "too_many_calls" });
    const stored = (await ana.messages())[1];
    expect(stored).toMatchObject({ status: "complete" });
    expect(stored?.["tool_calls"]).toHaveLength(40);
  });

  test("with keys of JavaScript's own changes nothing by them", async () => {
    script.call("add_task", '{"__proto__":{"title":"polluted"}}');
    script.call("add_task", '{"title":"a","__proto__":{"completed":true},"constructor":{}}');
    script.call("__proto__", "{}");
    script.call("constructor", "{}");
    script.end();
    script.end();
    const { results } = await ana.ask("Odd keys");
    expect(results.map(({ error }) => error)).toEqual([
      "invalid_arguments",
      undefined,
      "unknown_tool",
      "unknown_tool",
    ]);
    expect(await ana.tasks()).toEqual(["a"]);
    expect(Object.hasOwn(Object.prototype, "title")).toBe(false);
  });

  test("with wrong types and huge texts is told so, and nothing is written", async () => {
    for (const input of [
      { title: 7 },
      { title: ["a"] },
      { title: { toString: "a" } },
      { title: "x".repeat(201) },
      { title: "x", description: "y".repeat(1001) },
      { title: "x".repeat(30_000) },
      { title: "\u200b" },
    ]) {
      script.call("add_task", input);
    }
    script.call("list_tasks", { limit: 1e9 });
    script.call("list_tasks", '{"limit":1e999}');
    script.call("complete_task", { task_id: "x".repeat(10_000) });
    script.end();
    script.end();
    const { results } = await ana.ask("Odd types");
    expect(results.map(({ error }) => error)).toEqual(Array(10).fill("invalid_arguments"));
    expect(await ana.tasks()).toEqual([]);
  });
});
