import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp, type App } from "../../../handlers/app.ts";
import { parseSettings } from "../../../handlers/settings/index.ts";
import { toSourceDocument } from "../../support/apps/parse.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { createOpenaiClient } from "../../support/clients/openai-client.ts";
import { register } from "../../support/clients/people.ts";

// A folder whose documents are read when the test says so.
const total = 20;
const gates = Array.from({ length: total + 1 }, () => Promise.withResolvers<void>());
const source = {
  count: () => Promise.resolve(total),
  async *read() {
    for (let index = 0; index < total; index += 1) {
      await gates[index]?.promise;
      const says =
        index === 7 ? "Boats float on water because they push water aside." : "Lamps burn.";
      const content = `# Page ${index}\n\n${says}`;
      yield toSourceDocument({ path: `${index}.md`, content, mediaType: "text/markdown" });
    }
    await gates[total]?.promise;
  },
};
const readUpTo = (count: number) => gates.slice(0, count).forEach(({ resolve }) => resolve());

let base: TestApp;
let app: App;
let started: Promise<void>;
let token = "";
beforeAll(async () => {
  base = await createTestApp();
  const configured = { name: "lamps", source };
  const ports = { ...base.ports, documents: { bundled: undefined, configured } };
  app = createApp(ports, parseSettings({ CHAT_RATE_LIMIT: "1000/60s" }));
  started = app.start();
});
afterAll(() => base.close());

async function call(path: string, body?: object, accept = "application/json") {
  const headers: Record<string, string> = { "content-type": "application/json", accept };
  if (token !== "") headers["authorization"] = `Bearer ${token}`;
  const init = body ? { method: "POST", body: JSON.stringify(body), headers } : { headers };
  return app.fetch(new Request(`http://localhost:7860${path}`, init), {
    clientAddress: "10.0.0.1",
  });
}
const fetching = {
  fetch: (path: string, init?: RequestInit) =>
    app.fetch(new Request(`http://localhost:7860${path}`, init), { clientAddress: "10.0.0.2" }),
};
const json = async (path: string, body?: object) => (await call(path, body)).json();
const documentsOf = async () => (await json("/api/health")).documents;

test("health says how far reading is", async () => {
  await expect.poll(documentsOf).toEqual({ state: "reading", done: 0, total, failed: 0 });
  readUpTo(5);
  await expect.poll(documentsOf).toEqual({ state: "reading", done: 5, total, failed: 0 });
});

test("a question that nothing answers yet is told so, and is not kept", async () => {
  const first = await json("/api/chat", { message: "Why do boats float on water?" });
  expect(first).toMatchObject({
    response: "Still reading the documents (5 of 20). Ask again in a moment.",
    sources: [],
    finish_reason: "stop",
    degraded: ["documents"],
  });
  token = first.access_token;
  const id = first.conversation_id;
  expect((await json(`/api/conversations/${id}`)).messages).toEqual([]);

  const again = { message: "Why do boats float on the water?", conversation_id: id };
  const events = await (await call("/api/chat", again, "text/event-stream")).text();
  expect(events).toMatch(/"type":"metadata".*"degraded":\["documents"\]/);
  expect(events).toMatch(/"type":"done".*"degraded":\["documents"\]/);
  expect((await json(`/api/conversations/${id}`)).messages).toEqual([]);
});

test("a response that says so is read again, gone on from and deleted by its id", async () => {
  const { access_token } = await register(base);
  const { responses } = createOpenaiClient(fetching, access_token);
  const asked = { model: "docent", input: "Why do boats float on water?" };
  const told = "Still reading the documents (5 of 20). Ask again in a moment.";
  const { id } = await responses.create({ ...asked, background: true });
  await expect.poll(async () => (await responses.retrieve(id)).status).toBe("completed");
  expect((await responses.retrieve(id)).output_text).toBe(told);
  const next = await responses.create({ ...asked, previous_response_id: id });
  expect(next.output_text).toBe(told);
  await responses.delete(id);
});

test("what needs no documents is answered and kept meanwhile", async () => {
  const { response, conversation_id } = await json("/api/chat", { message: "Hello!" });
  expect(response).not.toContain("Still reading");
  expect((await json(`/api/conversations/${conversation_id}`)).messages).toHaveLength(2);
  const context = "Lamp number3 burns whale oil.";
  const body = { message: "What does lamp number3 burn?", mode: "selection", context };
  expect(await json("/api/chat", body)).toMatchObject({ response: context, degraded: [] });
});

test("a question waits where reading is nearly done, and is then answered as ever", async () => {
  readUpTo(total);
  await expect.poll(documentsOf).toEqual({ state: "reading", done: total, total, failed: 0 });
  const asking = json("/api/chat", { message: "Why do boats float on water?" });
  readUpTo(total + 1);
  await started;
  const answer = await asking;
  expect(answer).toMatchObject({ degraded: [], sources: [{ path: "7.md" }] });
  expect(answer.response).toContain("push water aside");
  expect((await json(`/api/conversations/${answer.conversation_id}`)).messages).toHaveLength(2);
  expect(await documentsOf()).toEqual({ state: "ready", done: total, total, failed: 0 });
});
