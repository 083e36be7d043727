import { afterAll, beforeAll, expect, test } from "vitest";
import { callMcpTool, connectMcpClient, eras } from "../support/clients/mcp-client.ts";
import { startTestServer, type TestServer } from "../support/servers/test-server.ts";

let docent: TestServer;
beforeAll(async () => {
  docent = await startTestServer();
});
afterAll(() => docent.stop());

test.each(Object.keys(eras) as (keyof typeof eras)[])(
  "the built server serves the official client over the network: %s",
  async (era) => {
    const client = await connectMcpClient({ era, url: docent.url });
    const { text } = await callMcpTool(client, "search", { query: "settings" });
    const [{ id, url }] = text.results;
    expect(url).toMatch(/^http/);
    const read = await callMcpTool(client, "fetch", { id });
    expect(read.text.text).toMatch(/^# Docent\n/);
    const asked = await callMcpTool(client, "ask", { question: "What is Docent?" });
    expect(asked.text.sources.length).toBeGreaterThan(0);
    await client.close();
  },
);

test("a document's Markdown is served over the network, with HTTP's caching", async () => {
  const list = await (await fetch(`${docent.url}/llms.txt`)).text();
  const [, address = ""] = /\]\((\S+\.md)\)/.exec(list) ?? [];
  const document = await fetch(address);
  expect(await document.text()).toMatch(/^# Docent\n/);
  const headers = { "if-none-match": document.headers.get("etag") ?? "" };
  expect((await fetch(address, { headers })).status).toBe(304);
});
