import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createApp } from "../../../handlers/app.ts";
import type { DatabaseService } from "../../../handlers/ports/database.ts";
import type { LanguageModel } from "../../../handlers/ports/language-model.ts";
import { parseSettings } from "../../../handlers/settings/index.ts";
import { createChatter, toldResults } from "../../support/apps/assistant.ts";
import { readEvents } from "../../support/clients/events.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { toSourceDocument } from "../../support/apps/parse.ts";

const unknownId = "01900000-0000-7000-8000-000000000000";

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

describe("the assistant's loop", () => {
  test("runs what the model calls, tells it what came of it, and shows and stores both", async () => {
    script.say("One moment.");
    script.call("add_task", { title: "Buy milk" });
    script.end();
    script.say("Added.");
    script.end();
    const answer = await ana.ask("I need milk, note it");
    expect(await ana.tasks()).toEqual(["Buy milk"]);
    expect(answer.text).toBe("One moment.\n\nAdded.");
    expect(answer.calls).toMatchObject([{ tool: "add_task", arguments: { title: "Buy milk" } }]);
    const result = { task_id: expect.any(String), status: "created", title: "Buy milk" };
    expect(answer.results).toMatchObject([{ id: answer.calls[0]?.["id"], result }]);
    expect(toldResults(script.requests[1])).toEqual([result]);
    expect(answer.done["usage"]).toEqual({ input_tokens: 14, output_tokens: 6 });
    const stored = (await ana.messages())[1];
    expect(stored?.["tool_calls"]).toEqual([
      { id: "call_1", tool: "add_task", arguments: { title: "Buy milk" }, result },
    ]);
  });

  test("makes all calls of a round, and keeps apart those of one id", async () => {
    script.call("add_task", { title: "One" }, "same");
    script.call("list_tasks", {}, "same");
    script.call("add_task", { title: "Two" }, "");
    script.end();
    script.end();
    const { results } = await ana.ask("Two tasks, please, and what have I got?");
    expect(results.map(({ tool }) => tool)).toEqual(["add_task", "list_tasks", "add_task"]);
    expect(new Set(results.map(({ id }) => id)).size).toBe(3);
    expect(await ana.tasks()).toEqual(["Two", "One"]);
  });

  test("lets a model read what was wrong with a call", async () => {
    script.call("add_task", '{"title": ');
    script.call("add_task", { title: "" });
    script.call("add_task", '["Buy milk"]');
    script.call("format_disk", {});
    script.call("complete_task", { task_id: unknownId });
    script.call("add_task", `{"title":"x","extra":${"[".repeat(9000)}${"]".repeat(9000)}}`);
    script.call("list_tasks", "");
    script.call("add_task", {});
    script.end();
    script.end();
    const { results } = await ana.ask("Do odd things");
    expect(results.map(({ error }) => error)).toEqual([
      "invalid_arguments",
      "invalid_arguments",
      "invalid_arguments",
      "unknown_tool",
      "task_not_found",
      "invalid_arguments",
      undefined,
      "invalid_arguments",
    ]);
    const told = toldResults(script.requests[1]);
    expect(told[1]).toEqual({ error: "invalid_arguments", message: "title: must not be empty" });
    expect(told[7]).toEqual({ error: "invalid_arguments", message: "title: is required" });
    expect(await ana.tasks()).toEqual([]);
    expect((await ana.messages())[1]).toMatchObject({ status: "complete" });
  });

  test("stores arguments that no database could hold as they are", async () => {
    script.call("nonsense\0", '{"a\\u0000b":"\\ud800 \\u0000"}');
    script.end();
    script.end();
    await ana.ask("Odd characters");
    expect((await ana.messages())[1]).toMatchObject({
      status: "complete",
      tool_calls: [{ tool: "nonsense", arguments: { ab: "\ufffd " }, error: "unknown_tool" }],
    });
  });

  test("takes the tools away after eight rounds, so that the model must answer", async () => {
    for (let round = 0; round < 8; round += 1) {
      script.call("list_tasks", {});
      script.end();
    }
    script.call("add_task", { title: "Never" });
    script.say("Enough.");
    script.end();
    const answer = await ana.ask("Go on for ever");
    expect(answer.results).toHaveLength(8);
    expect(answer.done).toMatchObject({ content: "Enough.", finish_reason: "stop" });
    expect(script.requests).toHaveLength(9);
    expect(script.requests[7]?.tools).not.toEqual([]);
    expect(script.requests[8]?.tools).toEqual([]);
    expect(await ana.tasks()).toEqual([]);
  });

  test("keeps what was said and done when it is stopped between rounds", async () => {
    const response = await docent.post("/api/chat", { message: "Add it" }, ana.headers);
    const events = readEvents(response);
    const id = String((await events.next()).value?.data["conversation_id"]);
    script.say("First.");
    script.call("add_task", { title: "Kept" });
    script.end();
    await expect.poll(() => script.requests.length).toBe(2);
    await docent.fetch(`/api/chat/${id}/stop`, { method: "POST", headers: ana.headers });
    let last: object | undefined;
    for await (const { data } of events) last = data;
    expect(last).toMatchObject({ content: "First.", finish_reason: "cancelled" });
    const read = await docent.fetch(`/api/conversations/${id}`, { headers: ana.headers });
    expect((await read.json()).messages[1]).toMatchObject({
      status: "stopped",
      tool_calls: [{ tool: "add_task", result: { status: "created" } }],
    });
  });

  test("repeats earlier calls to the model, so that it knows what it did", async () => {
    script.call("add_task", { title: "Buy milk" });
    script.end();
    script.say("Added.");
    script.end();
    await ana.ask("Milk!");
    script.end();
    await ana.ask("Thanks");
    const [user, assistant, tool, said, thanks] = script.requests[2]?.messages ?? [];
    expect(user).toEqual({ role: "user", content: "Milk!" });
    expect(assistant).toMatchObject({ role: "assistant", toolCalls: [{ name: "add_task" }] });
    expect(tool).toMatchObject({ role: "tool", toolCallId: "call_1" });
    expect(said).toEqual({ role: "assistant", content: "Added." });
    expect(thanks).toEqual({ role: "user", content: "Thanks" });
  });

  test("says where the JSON dialect is asked for what was called", async () => {
    script.call("add_task", { title: "Buy milk" });
    script.end();
    script.end();
    const headers = { ...ana.headers, accept: "application/json" };
    const response = await docent.post("/api/chat", { message: "Milk" }, headers);
    expect((await response.json()).tool_calls).toEqual([
      {
        id: "call_1",
        tool: "add_task",
        arguments: { title: "Buy milk" },
        result: expect.objectContaining({ status: "created" }),
      },
    ]);
  });

  test("never acts for anybody but the one who asks", async () => {
    const other = await createChatter(docent);
    const task_id = await other.addTask("Private");
    script.call("complete_task", { task_id, user_id: other.userId });
    script.call("list_tasks", { user_id: other.userId });
    script.end();
    script.end();
    const { results } = await ana.ask("Finish their task");
    expect(results).toMatchObject([{ error: "task_not_found" }, { result: { tasks: [] } }]);
    expect(await other.tasks()).toEqual(["Private"]);
  });

  test("gives guests no task tools, and selections none at all", async () => {
    script.call("add_task", { title: "Mine?" });
    script.end();
    script.end();
    await docent.post("/api/chat", { message: "Add" }).then((response) => response.text());
    expect(script.requests[0]?.tools.map(({ name }) => name)).toEqual(["search_documents"]);
    expect(toldResults(script.requests[1])).toMatchObject([{ error: "unknown_tool" }]);
    script.end();
    await ana.send({ message: "Colour?", mode: "selection", context: "Blue." });
    expect(script.requests[2]?.tools).toEqual([]);
  });
});

test("passages that a search in between finds can be cited, and nothing else", async () => {
  const content = "# Boats\n\nBoats float on water.\n\n# Kites\n\nKites fly in the wind.";
  const documents = async function* () {
    yield toSourceDocument({ path: "toys.md", content, mediaType: "text/markdown" });
  };
  await docent.app.ingest("toys", documents(), { missing: "keep", urlBase: null });
  script.call("search_documents", { query: "kites" });
  script.end();
  const asking = ana.ask("xyzzy");
  await expect.poll(() => script.requests.length).toBe(2);
  const [found] = toldResults(script.requests[1]);
  const [passage] = (found?.["passages"] ?? []) as { marker: string; text: string }[];
  expect(passage?.text).toContain("Kites fly");
  script.say(`They fly ${passage?.marker} [7].`);
  script.end();
  const { done } = await asking;
  expect(done).toMatchObject({ content: "They fly [1] .", sources: [{ path: "toys.md" }] });
});

test("a chat turn does three round trips at most before its first token", async () => {
  let trips = 0;
  const { database } = docent.ports;
  const counting: DatabaseService = {
    ...database,
    query(statement) {
      trips += 1;
      return database.query(statement);
    },
    batch(statements) {
      trips += 1;
      return database.batch(statements);
    },
  };
  const languageModel = script.model;
  const app = createApp({ ...docent.ports, database: counting, languageModel }, parseSettings({}));
  const init = {
    method: "POST",
    headers: { ...ana.headers, "content-type": "application/json" },
    body: JSON.stringify({ message: "Do boats float?" }),
  };
  const response = await app.fetch(new Request("http://localhost:7860/api/chat", init));
  const events = readEvents(response);
  await events.next();
  script.say("Yes");
  expect((await events.next()).value?.data).toMatchObject({ type: "token" });
  expect(trips).toBe(3);
  script.end();
  for await (const _ of events);
});
