import { afterAll, beforeAll, expect, test } from "vitest";
import { callMcpTool, connectMcpClient, eras } from "../support/clients/mcp-client.ts";
import { startTestServer, type TestServer } from "../support/servers/test-server.ts";
import {
  answers,
  says,
  startModelStandIn,
  type ModelStandIn,
} from "../support/stand-ins/model-stand-in.ts";

let model: ModelStandIn;
let docent: TestServer;
beforeAll(async () => {
  model = await startModelStandIn();
  docent = await startTestServer({
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: "stand-in",
    // So that a silent model is not given up for its silence.
    IDLE_TIMEOUT_SECONDS: "600",
  });
});
afterAll(async () => {
  await docent.stop();
  await model.stop();
});

test.each(Object.keys(eras) as (keyof typeof eras)[])(
  "the built server serves the official client over the network: %s",
  async (era) => {
    const client = await connectMcpClient({ era, url: docent.url });
    const { text } = await callMcpTool(client, "search", { query: "settings" });
    const [{ id, url }] = text.results;
    expect(url).toMatch(/^http/);
    const read = await callMcpTool(client, "fetch", { id });
    expect(read.text.text).toMatch(/^# Docent\n/);
    model.answer([...answers("Docent is a chatbot [1].")]);
    const asked = await callMcpTool(client, "ask", { question: "What is Docent?" });
    expect(asked.text).toMatchObject({
      answer: "Docent is a chatbot [1].",
      sources: [{ number: 1 }],
    });
    await client.close();
  },
);

// Leaving, a client ends its own half of the connection; the server notices by the heartbeats that it sends, within 20 s.
test("clients that leave end their requests to the model, though it is silent", async () => {
  const names = Object.keys(eras) as (keyof typeof eras)[];
  const count = model.requests.length;
  model.answer([says("Boats "), { kind: "hang" }]);
  const clients = await Promise.all(names.map((era) => connectMcpClient({ era, url: docent.url })));
  const left = clients.map((client) =>
    expect(callMcpTool(client, "ask", { question: "What is Docent?" })).rejects.toThrow(/closed/i),
  );
  await expect.poll(() => model.requests).toHaveLength(count + clients.length);
  const abandoned = () => model.requests.slice(count).map(({ isAbandoned }) => isAbandoned);
  expect(abandoned()).toEqual([false, false]);
  await Promise.all(clients.map((client) => client.close()));
  await Promise.all(left);
  await expect.poll(abandoned).toEqual([true, true]);
});

test("a document's Markdown is served over the network, with HTTP's caching", async () => {
  const list = await (await fetch(`${docent.url}/llms.txt`)).text();
  const [, address = ""] = /\]\((\S+\.md)\)/.exec(list) ?? [];
  const document = await fetch(address);
  expect(await document.text()).toMatch(/^# Docent\n/);
  const headers = { "if-none-match": document.headers.get("etag") ?? "" };
  expect((await fetch(address, { headers })).status).toBe(304);
});
