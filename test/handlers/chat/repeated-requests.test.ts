import { fetchEventSource } from "@microsoft/fetch-event-source";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { collectEvents, readEvents, textOf } from "../../support/clients/events.ts";
import { signIn } from "../../support/clients/signed-in.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { clockAt } from "../../support/apps/test-clock.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";

let docent: TestApp;
let script: ReturnType<typeof createScriptedModel>;
beforeEach(async () => {
  script = createScriptedModel();
  docent = await createTestApp({}, { languageModel: script.model });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await docent.close();
});

type Headers = Record<string, string>;

const question = { message: "Long story?" };

/** Asks, reads up to the first word, and loses the connection. */
async function loseConnection(headers: Headers) {
  const events = readEvents(await docent.post("/api/chat", question, headers));
  const metadata = (await events.next()).value?.data ?? {};
  script.say("Once ");
  const lastEventId = (await events.next()).value?.id ?? "";
  await events.return();
  return { metadata, again: { ...headers, "last-event-id": lastEventId } };
}

describe("a question posted again with Last-Event-ID", () => {
  test.each(["a user", "a guest without a token"])(
    "goes on with the answer instead of asking again: %s",
    async (who) => {
      const headers = who === "a user" ? { ...(await signIn(docent)).headers } : {};
      const { metadata, again } = await loseConnection(headers);
      const resumed = await docent.post("/api/chat", question, again);
      script.say("upon a time.");
      script.end();
      const events = await collectEvents(resumed);
      expect(textOf(events)).toBe("upon a time.");
      expect(events.at(-1)?.data).toMatchObject({ type: "done", content: "Once upon a time." });
      expect(script.requests).toHaveLength(1);
      const owner =
        who === "a user"
          ? headers
          : { authorization: `Bearer ${String(metadata["access_token"])}` };
      const path = `/api/conversations/${String(metadata["conversation_id"])}`;
      const stored = await (await docent.fetch(path, { headers: owner })).json();
      expect(stored.messages).toHaveLength(2);
    },
  );

  test("after its end is told not to reconnect", async () => {
    const { again } = await loseConnection({});
    const resumed = await docent.post("/api/chat", question, again);
    script.end();
    const end = (await collectEvents(resumed)).at(-1)?.id ?? "";
    const nothing = await docent.post("/api/chat", question, { "last-event-id": end });
    expect(nothing.status).toBe(204);
    expect(script.requests).toHaveLength(1);
  });

  test("of another's answer gets nothing, as for an answer that does not exist", async () => {
    const { again } = await loseConnection({ ...(await signIn(docent)).headers });
    const id = { "last-event-id": again["last-event-id"] ?? "" };
    const others = [{}, { ...(await signIn(docent)).headers }];
    for (const other of others) {
      const response = await docent.post("/api/chat", question, { ...other, ...id });
      expect(response.status).toBe(204);
    }
    const unknown = { "last-event-id": `${crypto.randomUUID()}/3` };
    expect((await docent.post("/api/chat", question, unknown)).status).toBe(204);
    expect(script.requests).toHaveLength(1);
    script.end();
  });

  test("goes on from the log in another process, and a day later gets the end", async () => {
    const { headers } = await signIn(docent);
    const { again } = await loseConnection({ ...headers });
    script.say("upon a time.");
    script.end();
    const answers = () =>
      docent.database.query<{ status: string }>({
        text: "select status from messages where role = 'assistant'",
        values: [],
      });
    await expect.poll(answers).toEqual([{ status: "complete" }]);
    let later = 0;
    const other = await createTestApp(
      {},
      {
        languageModel: script.model,
        clock: clockAt(() => Date.now() + later),
        // The first app closes the database.
        database: { ...docent.ports.database, stop: () => Promise.resolve() },
      },
    );
    onTestFinished(() => other.close());
    const end = { type: "done", content: "Once upon a time.", finish_reason: "stop" };
    const events = await collectEvents(await other.post("/api/chat", question, again));
    expect(events.map(({ data }) => data)).toMatchObject([{ type: "token" }, end]);
    await other.app.sweep();
    const within = await collectEvents(await other.post("/api/chat", question, again));
    expect(within).toEqual(events);
    later = 86_400_000 + 60_000;
    expect(await other.app.sweep()).toMatchObject({ run_parts: 1 });
    later = 0;
    const afterwards = await collectEvents(await other.post("/api/chat", question, again));
    expect(afterwards.map(({ data }) => data)).toMatchObject([end]);
    expect(script.requests).toHaveLength(1);
  });

  test("that no answer of Docent's gave out asks", async () => {
    script.say("Yes.");
    script.end();
    const response = await docent.post("/api/chat", question, { "last-event-id": "42" });
    expect(textOf(await collectEvents(response))).toBe("Yes.");
  });
});

test("OpenAPI shows the header", async () => {
  const { paths } = await (await docent.fetch("/openapi.json")).json();
  for (const { parameters } of [paths["/api/chat"].post, paths["/api/chat/{id}/stream"].get]) {
    const header = { name: "Last-Event-ID", in: "header", required: false };
    expect(parameters).toContainEqual(expect.objectContaining(header));
  }
  expect(Object.keys(paths["/api/chat"].post.responses)).toContain("204");
});

/** A response whose connection breaks after the event that contains `text`. */
function breakAfter(text: string, response: Response): Response {
  const decoder = new TextDecoder();
  const breaking = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      if (decoder.decode(chunk).includes(text)) controller.error(new TypeError("network error"));
    },
  });
  return new Response(response.body?.pipeThrough(breaking), response);
}

/** Asks by fetch-event-source with its own defaults; `answers` handles each response, in order. */
function ask(answers: readonly ((response: Response) => Response)[]) {
  const events: Record<string, unknown>[] = [];
  const statuses: number[] = [];
  /** Milliseconds of each wait before a new connection; a long wait does not end. */
  const waits: number[] = [];
  const setTimeout = (connect: () => void, milliseconds: number) => {
    waits.push(milliseconds);
    if (milliseconds <= 1000) queueMicrotask(connect);
  };
  // The library only runs in a page.
  vi.stubGlobal("window", { setTimeout, clearTimeout: () => undefined });
  vi.stubGlobal("document", new EventTarget());
  const closing = new AbortController();
  const done = fetchEventSource("/api/chat", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(question),
    signal: closing.signal,
    fetch: async (_url, init) => {
      const response = await docent.fetch("/api/chat", init);
      const answer = answers[statuses.length] ?? ((given: Response) => given);
      statuses.push(response.status);
      return answer(response);
    },
    onmessage: ({ data }) => void events.push(JSON.parse(data)),
  });
  return { events, statuses, waits, done, close: () => closing.abort() };
}

describe("fetch-event-source", () => {
  test("goes on after a broken connection and ends with the answer", async () => {
    script.say("Once ");
    const client = ask([(response) => breakAfter("Once ", response)]);
    await expect.poll(() => client.statuses).toHaveLength(2);
    script.say("upon a time.");
    script.end();
    await client.done;
    const text = client.events.flatMap(({ type, content }) => (type === "token" ? [content] : []));
    expect(text.join("")).toBe("Once upon a time.");
    expect(client.events.filter(({ type }) => type === "done")).toHaveLength(1);
    expect(client.statuses).toEqual([200, 200]);
    expect(script.requests).toHaveLength(1);
  });

  test("does not come back each second where the connection breaks after the last event", async () => {
    script.say("The end.");
    script.end();
    const client = ask([(response) => breakAfter('"done"', response)]);
    await expect.poll(() => client.waits).toContain(86_400_000);
    client.close();
    await client.done;
    expect(client.statuses).toEqual([200]);
  });
});
