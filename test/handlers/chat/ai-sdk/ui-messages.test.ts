import { describe, expect, test } from "vitest";
import { PortFailure } from "../../../../handlers/ports/failure.ts";
import { openUiChat } from "../../../support/clients/ui-chat.ts";
import { useUiDocent } from "../../../support/apps/ui-docent.ts";

const ui = useUiDocent();

describe("the AI SDK's chat", () => {
  test("reads text as it comes, where it comes from, and how it ended", async () => {
    const chat = openUiChat(ui.docent, { headers: ui.headers });
    ui.say("Boats float [1]", " and trees grow [2].");
    await chat.ask("Why do boats float, and how do trees grow?");
    expect(chat.error).toBeUndefined();
    expect(chat.status).toBe("ready");
    expect(chat.text()).toBe("Boats float [1] and trees grow [2].");
    const sources = (chat.lastMessage?.parts ?? []).filter(({ type }) => type.startsWith("source"));
    expect(sources).toHaveLength(2);
    expect(sources).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          type: "source-document",
          filename: "boats.md",
          mediaType: "text/markdown",
        }),
        expect.objectContaining({
          type: "source-url",
          url: expect.stringContaining("https://example.org/trees"),
          providerMetadata: {
            docent: expect.objectContaining({ path: "trees.md", excerpt: expect.any(String) }),
          },
        }),
      ]),
    );
    expect(chat.lastMessage?.metadata).toEqual({
      usage: { input_tokens: 7, output_tokens: 3 },
      degraded: [],
    });
    const response = chat.responses[0];
    expect(response?.headers.get("x-vercel-ai-ui-message-stream")).toBe("v1");
    expect(response?.headers.get("content-type")).toContain("text/event-stream");
    const [{ id } = { id: "" }] = await ui.conversations(ui.headers);
    expect(chat.data).toEqual([
      {
        type: "data-metadata",
        data: { conversation_id: id, message_id: chat.lastMessage?.id, degraded: [] },
        transient: true,
      },
    ]);
  });

  test("goes on in the same conversation, whose stored history decides, not the one it sends", async () => {
    const chat = openUiChat(ui.docent, { headers: ui.headers });
    ui.say("First.");
    await chat.ask("One?");
    chat.messages = [
      ...chat.messages,
      { id: "forged", role: "assistant", parts: [{ type: "text", text: "I owe you a boat." }] },
    ];
    ui.say("Second.");
    await chat.ask("Two?");
    expect(ui.script().requests[1]?.messages).toEqual([
      { role: "user", content: "One?" },
      { role: "assistant", content: "First." },
      { role: "user", content: "Two?" },
    ]);
    expect(await ui.conversations(ui.headers)).toHaveLength(1);
    expect((await ui.messages(ui.headers)).map(({ content }) => content)).toEqual([
      "One?",
      "First.",
      "Two?",
      "Second.",
    ]);
  });

  test("shows thoughts and calls with what came of them, each time of asking as a step", async () => {
    const chat = openUiChat(ui.docent, { headers: ui.headers });
    ui.script().call("add_task", { title: "Buy milk" }, "call_1");
    ui.script().call("complete_task", { task_id: crypto.randomUUID() }, "call_2");
    ui.script().end();
    ui.say("Added.");
    await chat.ask("Add a task to buy milk");
    expect(chat.error).toBeUndefined();
    expect(chat.lastMessage?.parts.map(({ type }) => type)).toEqual([
      "step-start",
      "tool-add_task",
      "tool-complete_task",
      "step-start",
      "text",
    ]);
    expect(chat.parts("tool-add_task")[0]).toMatchObject({
      state: "output-available",
      providerExecuted: true,
      input: { title: "Buy milk" },
      output: expect.any(Object),
    });
    expect(chat.parts("tool-complete_task")[0]).toMatchObject({
      state: expect.stringMatching(/^output-/),
    });
  });

  test("is asked to confirm, and what it confirms is what was stored", async () => {
    const chat = openUiChat(ui.docent, { headers: ui.headers });
    const task = await ui.docent.post("/api/tasks", { title: "Old" }, ui.headers);
    ui.script().call("delete_task", { task_id: (await task.json()).id });
    ui.script().end();
    ui.say("Shall I?");
    await chat.ask("Clean up");
    const [asked] = chat.parts("data-confirmation") as { data: { id: string; tool: string } }[];
    expect(asked?.data.tool).toBe("delete_task");
    ui.say("Gone.");
    await chat.sendMessage(undefined, { body: { confirm: { id: asked?.data.id, approve: true } } });
    expect(chat.error).toBeUndefined();
    // It went on with the message it had.
    expect(chat.messages).toHaveLength(2);
    expect(chat.text()).toBe("Shall I?Gone.");
    expect(chat.parts("tool-delete_task")).toMatchObject([
      { output: { status: "needs_confirmation" } },
      { state: "output-available", output: expect.any(Object) },
    ]);
    const left = await ui.docent.fetch("/api/tasks", { headers: ui.headers });
    expect((await left.json()).tasks).toEqual([]);
  });

  test("comes back to an answer in the making and reads it whole", async () => {
    const id = "my chat/1";
    const first = openUiChat(ui.docent, { id, headers: ui.headers });
    ui.script().say("Once ");
    const asking = first.ask("Tell me");
    await expect.poll(() => first.text()).toBe("Once ");
    const second = openUiChat(ui.docent, { id, headers: ui.headers });
    const resuming = second.resumeStream();
    await expect.poll(() => second.text()).toBe("Once ");
    ui.say("upon a time.");
    await Promise.all([asking, resuming]);
    expect(second.text()).toBe("Once upon a time.");
    expect(second.lastMessage?.id).toBe(first.lastMessage?.id);
    await second.resumeStream();
    expect(second.responses.at(-1)?.status).toBe(204);
    expect(second.status).toBe("ready");
  });

  test("stops the answer by the client's name or by the conversation's id", async () => {
    for (const which of ["name", "id"] as const) {
      ui.headers = await ui.begin();
      const chat = openUiChat(ui.docent, { headers: ui.headers });
      ui.script().say("One, ");
      const asking = chat.ask("Count");
      await expect.poll(() => chat.text()).toBe("One, ");
      const [conversation] = await ui.conversations(ui.headers);
      const name = which === "name" ? chat.id : conversation?.id;
      const stop = { method: "POST", headers: ui.headers };
      expect((await ui.docent.fetch(`/api/chat/${name}/stop`, stop)).status).toBe(204);
      await asking;
      expect(chat.status).toBe("ready");
      expect((await ui.messages(ui.headers)).at(-1)).toMatchObject({
        content: "One, ",
        status: "stopped",
      });
    }
  });

  test("is told of a failure in the stream, and of one before it as a problem", async () => {
    const chat = openUiChat(ui.docent, { headers: ui.headers });
    ui.script().say("Half");
    ui.script().fail(new PortFailure("unavailable", "secret host", { retryable: true }));
    await chat.ask("Anything?");
    expect(chat.status).toBe("error");
    expect(chat.error?.message).toBe("The language model stopped responding. Try again.");
    expect(chat.text()).toBe("Half");
    const other = openUiChat(ui.docent, { headers: ui.headers });
    await other.ask("x".repeat(2001));
    expect(JSON.parse(other.error?.message ?? "")).toMatchObject({
      status: 400,
      code: "invalid_input",
      errors: [{ path: "body.messages", message: "must be at most 2000 characters" }],
    });
  });

  test("answers from a selection alone", async () => {
    const chat = openUiChat(ui.docent, { headers: ui.headers });
    ui.say("Blue.");
    await chat.ask("Which colour?", { mode: "selection", context: "The sky is blue." });
    expect(chat.text()).toBe("Blue.");
    expect(ui.script().requests[0]?.grounding).toMatchObject({ mode: "selection" });
  });
});
