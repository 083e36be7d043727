import type OpenAI from "openai";
import { beforeEach, describe, expect, test } from "vitest";
import { createOpenaiClient, tokenOf } from "../../../support/clients/openai-client.ts";
import { countRows } from "../../../support/apps/test-app.ts";
import { useUiDocent } from "../../../support/apps/ui-docent.ts";

const ui = useUiDocent();
let openai: OpenAI;
beforeEach(() => {
  openai = createOpenaiClient(ui.docent, tokenOf(ui.headers));
});

const body = { model: "docent", input: "How do trees grow?" };
const citation = {
  type: "url_citation",
  url: "https://example.org/trees",
  title: "Trees",
  start_index: 19,
  end_index: 22,
};

/** What the model got last. */
const readByModel = () =>
  ui
    .script()
    .requests.at(-1)
    ?.messages.map(({ content }) => content);

describe("a response", () => {
  test("comes whole, with its citations, and is read again as it was", async () => {
    ui.say("Trees grow ", "upwards [1].");
    const asked = { ...body, metadata: { ticket: "7" }, instructions: "Be terse." };
    const response = await openai.responses.create(asked);
    expect(response).toMatchObject({
      object: "response",
      status: "completed",
      model: "docent",
      instructions: "Be terse.",
      metadata: { ticket: "7" },
      usage: { input_tokens: 7, output_tokens: 3, total_tokens: 10 },
    });
    expect(response.output_text).toBe("Trees grow upwards [1].");
    expect(response.output).toMatchObject([
      { type: "message", role: "assistant", content: [{ annotations: [citation] }] },
    ]);
    const { completed_at: _now, ...rest } = response;
    const { completed_at: at, ...read } = await openai.responses.retrieve(response.id);
    expect(read).toEqual(rest);
    expect(at).toBeTypeOf("number");
    expect(ui.script().requests[0]?.system).toContain("Be terse.");
  });

  test("is a turn of a conversation, which its owner finds among the others", async () => {
    ui.say("Upwards.");
    const { id } = await openai.responses.create(body);
    const [conversation] = await ui.conversations(ui.headers);
    expect(conversation?.title).toBe("How do trees grow?");
    expect(await ui.messages(ui.headers)).toMatchObject([
      { role: "user", content: "How do trees grow?" },
      { role: "assistant", content: "Upwards.", status: "complete" },
    ]);
    ui.say("Yes.");
    await openai.responses.create({ ...body, input: "Always?", previous_response_id: id });
    expect(await ui.conversations(ui.headers)).toHaveLength(1);
    expect(ui.script().requests[1]?.messages).toEqual([
      { role: "user", content: "How do trees grow?" },
      { role: "assistant", content: "Upwards." },
      { role: "user", content: "Always?" },
    ]);
  });

  test("goes on from an earlier response than the last, without what others went on with", async () => {
    const ask = async (input: string, previous_response_id: string | null) => {
      ui.say(`To ${input}`);
      return (await openai.responses.create({ ...body, input, previous_response_id })).id;
    };
    const first = await ask("one", null);
    const second = await ask("two", first);
    const other = await ask("two again", first);
    expect(readByModel()).toEqual(["one", "To one", "two again"]);
    await ask("three", other);
    expect(readByModel()).toEqual(["one", "To one", "two again", "To two again", "three"]);
    await ask("three again", second);
    expect(readByModel()).toEqual(["one", "To one", "two", "To two", "three again"]);
    await openai.responses.delete(first);
    await ask("three after all", second);
    expect(readByModel()).toEqual(["two", "To two", "three after all"]);
  });

  test("streams as the client's own helper collects it", async () => {
    ui.say("Trees grow ", "upwards [1].");
    const events: { type: string; sequence_number: number }[] = [];
    const stream = openai.responses.stream(body).on("event", (event) => events.push(event));
    const response = await stream.finalResponse();
    expect(response.output_text).toBe("Trees grow upwards [1].");
    expect(response.output[0]).toMatchObject({ content: [{ annotations: [citation] }] });
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.map(({ type }) => type.replace("response.", ""))).toEqual([
      "created",
      "in_progress",
      "output_item.added",
      "content_part.added",
      "output_text.delta",
      "output_text.delta",
      "output_text.annotation.added",
      "output_text.done",
      "content_part.done",
      "output_item.done",
      "completed",
    ]);
    const { output_text: _text, ...read } = await openai.responses.retrieve(response.id);
    expect(read).toMatchObject({ output: [{ content: [{ annotations: [citation] }] }] });
  });

  test.each([true, false])("ends with links from docent-links (stream: %s)", async (streamed) => {
    ui.say("Trees grow upwards [1].");
    const asked = { ...body, model: "docent-links" };
    const { id, output_text: text } = streamed
      ? await openai.responses.stream(asked).finalResponse()
      : await openai.responses.create(asked);
    expect(text).toBe("Trees grow upwards [1].\n\n1. [Trees](<https://example.org/trees>)\n");
    expect((await openai.responses.retrieve(id)).output_text).toBe(text);
  });

  test("reads earlier messages of its input, and stores them before the question", async () => {
    ui.say("Yes.");
    const { id } = await openai.responses.create({
      model: "docent",
      max_output_tokens: 50,
      input: [
        { role: "developer", content: "Speak like a pirate." },
        { role: "user", content: "Do boats float?" },
        { role: "assistant", content: "They do." },
        { role: "user", content: [{ type: "input_text", text: "And trees?" }] },
      ],
    });
    const [request] = ui.script().requests;
    expect(request?.system).toContain("Speak like a pirate.");
    expect(request?.answerTokens).toBe(50);
    const texts = ["Do boats float?", "They do.", "And trees?"];
    expect(request?.messages.map(({ content }) => content)).toEqual(texts);
    ui.say("Sure.");
    await openai.responses.create({ ...body, input: "Sure?", previous_response_id: id });
    const next = ui.script().requests[1]?.messages.map(({ content }) => content);
    expect(next).toEqual([...texts, "Yes.", "Sure?"]);
    expect(ui.script().requests[1]?.system).not.toContain("pirate");
  });

  test("is cut at the client's limit", async () => {
    ui.say("word ".repeat(100));
    const response = await openai.responses.create({ ...body, max_output_tokens: 2 });
    expect(response).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
    });
    expect((await openai.responses.retrieve(response.id)).status).toBe("incomplete");
  });

  test("of an input that refers to an item goes on with its conversation", async () => {
    ui.say("Upwards.");
    const { output } = await openai.responses.create(body);
    ui.say("Yes.");
    await openai.responses.create({
      model: "docent",
      input: [
        { role: "user", content: "How do trees grow?" },
        { type: "item_reference", id: output[0]?.id ?? "" },
        { role: "user", content: "Always?" },
      ],
    });
    expect(await ui.conversations(ui.headers)).toHaveLength(1);
    expect(ui.script().requests[1]?.messages.map(({ content }) => content)).toEqual([
      "How do trees grow?",
      "Upwards.",
      "Always?",
    ]);
  });

  test("with store: false is answered from its input alone, and nothing is stored", async () => {
    const before = await countRows(ui.docent.database);
    ui.say("Upwards [1].");
    const response = await openai.responses.create({ ...body, store: false });
    expect(response).toMatchObject({ status: "completed", store: false });
    const { request_counts: _requests, daily_usage: _usage, ...stored } = before;
    expect(await countRows(ui.docent.database)).toMatchObject(stored);
    await expect(openai.responses.retrieve(response.id)).rejects.toMatchObject({ status: 404 });
  });
});
