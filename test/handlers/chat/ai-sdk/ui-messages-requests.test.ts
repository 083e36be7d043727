import { describe, expect, test } from "vitest";
import { countRows, createTestApp } from "../../../support/apps/test-app.ts";
import { openUiChat } from "../../../support/clients/ui-chat.ts";
import { useUiDocent, userMessage } from "../../../support/apps/ui-docent.ts";

const ui = useUiDocent();

describe("without a token", () => {
  test("the messages sent are answered, cited, and nothing of it is stored", async () => {
    const before = await countRows(ui.docent.database);
    const chat = openUiChat(ui.docent);
    ui.say("Boats float [1].");
    await chat.ask("Why do boats float?");
    ui.say("Yes.");
    await chat.ask("Are you sure that boats float?");
    expect(chat.error).toBeUndefined();
    expect(chat.text()).toBe("Yes.");
    expect(chat.messages[1]?.parts.some(({ type }) => type === "source-document")).toBe(true);
    expect(chat.data[0]?.data).not.toHaveProperty("conversation_id");
    expect(ui.script().requests[1]?.messages).toEqual([
      { role: "user", content: "Why do boats float?" },
      { role: "assistant", content: "Boats float [1]." },
      { role: "user", content: "Are you sure that boats float?" },
    ]);
    expect(ui.script().requests[1]?.tools.map(({ name }) => name)).toEqual(["search_documents"]);
    const after = await countRows(ui.docent.database);
    const { request_counts: counted, daily_usage: _usage, ...rest } = after;
    const { request_counts: countedBefore, daily_usage: _before, ...restBefore } = before;
    expect(rest).toEqual(restBefore);
    expect(counted).toBeGreaterThan(countedBefore ?? 0);
  });

  test("is limited by address", async () => {
    const strict = await createTestApp({ CHAT_RATE_LIMIT: "1/60s" });
    const platform = { clientAddress: "192.0.2.7" };
    const ask = () =>
      strict.fetch(
        "/api/chat",
        {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ id: "x", messages: [userMessage("Hello")] }),
        },
        platform,
      );
    const first = await ask();
    expect(first.headers.get("ratelimit")).toMatch(/^"chat";r=0;/);
    await first.text();
    expect((await ask()).status).toBe(429);
    await strict.close();
  });

  test("an answer ends when its reader goes", async () => {
    const body = { id: "x", messages: [userMessage("Hello")] };
    const response = await ui.docent.post("/api/chat", body);
    const reader = response.body?.getReader();
    await reader?.read();
    await expect.poll(() => ui.script().requests).toHaveLength(1);
    expect(ui.signal()?.aborted).toBe(false);
    // Though the model says nothing.
    await reader?.cancel();
    await expect.poll(() => ui.signal()?.aborted).toBe(true);
  });

  test("nothing can be confirmed, and history is taken within its limits", async () => {
    const chat = openUiChat(ui.docent);
    const id = "01900000-0000-7000-8000-000000000000";
    await chat.ask("Approve", { confirm: { id, approve: true } });
    expect(chat.responses[0]?.status).toBe(404);
    const long = Array.from({ length: 60 }, (_, index) =>
      userMessage(`${index} ${"x".repeat(900)}`),
    );
    ui.say("Fine.");
    const body = { id: "x", messages: [...long, userMessage("Well?")] };
    await (await ui.docent.post("/api/chat", body)).text();
    const told = ui.script().requests[0]?.messages ?? [];
    expect(told.at(-1)).toEqual({ role: "user", content: "Well?" });
    expect(told.length).toBeGreaterThan(5);
    expect(told.length).toBeLessThan(40);
  });
});

describe("a request that is none of the client's", () => {
  test.each([
    [{ id: "x", messages: [] }, "body.messages"],
    [{ id: "x", messages: "hello" }, "body.messages"],
    [{ messages: [], confirm: { id: crypto.randomUUID(), approve: true } }, "body.id"],
    [{ id: "a\0b", messages: [userMessage("Hello")] }, "body.id"],
    [{ id: "\ud800", messages: [userMessage("Hello")] }, "body.id"],
    [{ id: "x".repeat(201), messages: [userMessage("Hello")] }, "body.id"],
    [{ id: "x", messages: [userMessage("a\0b")] }, "body.messages"],
    [{ id: "x", messages: [userMessage("  ")] }, "body.messages"],
    [{ id: "x", messages: [{ role: "tool", parts: [] }] }, "body.messages.0.role"],
    [{ id: "x", messages: [{ role: "user" }] }, "body.messages.0.parts"],
    [{ id: "x", messages: [userMessage("Hello")], mode: "selection" }, "body.context"],
  ])("is a 400 that names the field: %j", async (body, path) => {
    const before = await countRows(ui.docent.database);
    const response = await ui.docent.post("/api/chat", body, ui.headers);
    expect(response.status).toBe(400);
    expect((await response.json()).errors[0].path).toBe(path);
    expect(await countRows(ui.docent.database)).toEqual(before);
  });

  test("is told apart by its messages alone: OpenAPI shows both bodies", async () => {
    const document = await (await ui.docent.fetch("/openapi.json")).json();
    const { requestBody } = document.paths["/api/chat"].post;
    const { anyOf } = requestBody.content["application/json"].schema;
    expect(anyOf.map(({ properties }: { properties: object }) => Object.keys(properties))).toEqual([
      expect.arrayContaining(["message", "conversation_id"]),
      expect.arrayContaining(["id", "messages"]),
    ]);
  });
});
