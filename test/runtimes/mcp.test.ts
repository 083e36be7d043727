import OpenAI from "openai";
import { expect, test } from "vitest";
import { callMcpTool, connectMcpClient, eras } from "../support/clients/mcp-client.ts";
import { useAskedServer } from "../support/servers/asked-server.ts";
import { answers, says } from "../support/stand-ins/model-stand-in.ts";

// So that a silent model is not given up for its silence.
const docent = useAskedServer({ IDLE_TIMEOUT_SECONDS: "600" });

const question = "How do I install it?";

test.each(Object.keys(eras) as (keyof typeof eras)[])(
  "the built server serves the official client over the network: %s",
  async (era) => {
    const client = await connectMcpClient({ era, url: docent.url });
    const { text } = await callMcpTool(client, "search", { query: "install" });
    const [{ id, url }] = text.results;
    expect(url).toMatch(/^http/);
    const read = await callMcpTool(client, "fetch", { id });
    expect(read.text.text).toMatch(/^# How to install it\n/);
    docent.model.answer(answers("Press the button [1]."));
    const asked = await callMcpTool(client, "ask", { question });
    expect(asked.text).toMatchObject({
      answer: "Press the button [1].",
      sources: [{ number: 1 }],
    });
    await client.close();
  },
);

// Leaving, a client ends its own half of the connection; the server notices by the heartbeats that it sends, within 20 s.
test("clients that leave, MCP's and OpenAI's, end their requests to the model, though it is silent", async () => {
  const names = Object.keys(eras) as (keyof typeof eras)[];
  const { model } = docent;
  const count = model.requests.length;
  model.answer([says("Press "), { kind: "hang" }]);
  const clients = await Promise.all(names.map((era) => connectMcpClient({ era, url: docent.url })));
  const left = clients.map((client) =>
    expect(callMcpTool(client, "ask", { question })).rejects.toThrow(/closed/i),
  );
  const stream = await new OpenAI(docent).chat.completions.create({
    model: "docent",
    messages: [{ role: "user", content: question }],
    stream: true,
  });
  await expect.poll(() => model.requests).toHaveLength(count + 3);
  const abandoned = () => model.requests.slice(count).map(({ isAbandoned }) => isAbandoned);
  expect(abandoned()).toEqual([false, false, false]);
  for await (const { choices } of stream) if (choices[0]?.delta.content) break;
  await Promise.all(clients.map((client) => client.close()));
  await Promise.all(left);
  await expect.poll(abandoned).toEqual([true, true, true]);
});

test("a document's Markdown is served over the network, with HTTP's caching", async () => {
  const list = await (await fetch(`${docent.url}/llms.txt`)).text();
  const [, address = ""] = /\]\((\S+\.md)\)/.exec(list) ?? [];
  const document = await fetch(address);
  expect(await document.text()).toMatch(/^# How to install it\n/);
  const headers = { "if-none-match": document.headers.get("etag") ?? "" };
  expect((await fetch(address, { headers })).status).toBe(304);
});
