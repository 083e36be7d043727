import type OpenAI from "openai";
import { beforeEach, describe, expect, test } from "vitest";
import { createOpenaiClient, tokenOf } from "../../../support/clients/openai-client.ts";
import { useUiDocent } from "../../../support/apps/ui-docent.ts";
import { countRows } from "../../../support/apps/test-app.ts";

const ui = useUiDocent();
let openai: OpenAI;
beforeEach(() => {
  openai = createOpenaiClient(ui.docent, tokenOf(ui.headers));
});

const messages = [{ role: "user", content: "How do trees grow?" }] as const;
const body = { model: "docent", messages: [...messages] };

describe("a chat completion", () => {
  test("comes whole, with its citations as annotations, and nothing is stored", async () => {
    const before = await countRows(ui.docent.database);
    ui.say("Trees grow ", "upwards [1].");
    const answer = await openai.chat.completions.create(body);
    expect(answer).toMatchObject({
      object: "chat.completion",
      model: "docent",
      choices: [{ index: 0, finish_reason: "stop" }],
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
    });
    expect(answer.id).toMatch(/^chatcmpl-/);
    const message = answer.choices[0]?.message;
    expect(message?.content).toBe("Trees grow upwards [1].");
    expect(message?.annotations).toEqual([
      {
        type: "url_citation",
        url_citation: {
          url: "https://example.org/trees",
          title: "Trees",
          start_index: 19,
          end_index: 22,
        },
      },
    ]);
    const { request_counts: _requests, daily_usage: _usage, ...stored } = before;
    expect(await countRows(ui.docent.database)).toMatchObject(stored);
  });

  test("streams, with the usage where it is asked for", async () => {
    ui.say("Trees grow ", "upwards [1].");
    const stream = await openai.chat.completions.create({
      ...body,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: "assistant", content: "" });
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
    expect(text).toBe("Trees grow upwards [1].");
    expect(chunks.flatMap(({ choices }) => choices[0]?.finish_reason ?? [])).toEqual(["stop"]);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 10 } });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  });

  test("streams as the client's own helper collects it, annotations included", async () => {
    ui.say("Trees grow upwards [1].");
    const chunks: unknown[] = [];
    const stream = openai.chat.completions.stream(body).on("chunk", (chunk) => chunks.push(chunk));
    expect(await stream.finalContent()).toBe("Trees grow upwards [1].");
    expect(JSON.stringify(chunks)).toContain("https://example.org/trees");
    expect(JSON.stringify(chunks)).not.toContain("usage");
  });

  test.each([true, false])(
    "ends with links where docent-links is asked (stream: %s)",
    async (streamed) => {
      ui.say("Trees grow upwards [1].");
      const asked = { ...body, model: "docent-links" };
      const text = streamed
        ? await openai.chat.completions.stream(asked).finalContent()
        : (await openai.chat.completions.create(asked)).choices[0]?.message.content;
      expect(text).toBe("Trees grow upwards [1].\n\n1. [Trees](<https://example.org/trees>)\n");
    },
  );

  test("reads earlier turns, the client's instructions and its limit from the request", async () => {
    ui.say("Yes.");
    await openai.chat.completions.create({
      model: "docent",
      max_completion_tokens: 50,
      temperature: 0.2,
      messages: [
        { role: "system", content: "Speak like a pirate." },
        { role: "user", content: "Do boats float?" },
        { role: "assistant", content: "They do." },
        { role: "user", content: [{ type: "text", text: "And trees?" }] },
      ],
    });
    const [request] = ui.script().requests;
    expect(request?.system).toContain("Speak like a pirate.");
    expect(request?.messages).toEqual([
      { role: "user", content: "Do boats float?" },
      { role: "assistant", content: "They do." },
      { role: "user", content: "And trees?" },
    ]);
    expect(request?.answerTokens).toBe(50);
  });

  test("is cut at the client's limit", async () => {
    ui.say("word ".repeat(100));
    const answer = await openai.chat.completions.create({ ...body, max_tokens: 2 });
    expect(answer.choices[0]?.finish_reason).toBe("length");
    expect(answer.choices[0]?.message.content?.length).toBeLessThanOrEqual(16);
  });

  test.each([true, false])(
    "ends the model's request when the client leaves (stream: %s)",
    async (streamed) => {
      const leaving = new AbortController();
      ui.script().say("Trees ");
      const call = openai.chat.completions.create(
        { ...body, stream: streamed },
        { signal: leaving.signal },
      );
      const left = (async () => {
        const answer = await call;
        for await (const chunk of answer as AsyncIterable<object>)
          expect(chunk).toHaveProperty("id");
      })();
      await expect.poll(() => ui.script().requests.length).toBe(1);
      leaving.abort();
      await left.catch(() => undefined);
      await expect.poll(() => ui.signal()?.aborted).toBe(true);
    },
  );
});
