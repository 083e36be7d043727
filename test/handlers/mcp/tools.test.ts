import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { callMcpTool, connectMcpClient, eras } from "../../support/clients/mcp-client.ts";
import { signIn } from "../../support/clients/signed-in.ts";

const key = "the operator's key of at least thirty-two bytes";
const operator = { authorization: `Bearer ${key}` };
const content = "# The garden\n\n## Roses\n\nRoses want water twice a week.\n";

let docent: TestApp;
let gardenId: string;
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: key, PUBLIC_URL: "https://docent.example" });
  const add = async (body: object) =>
    (await (await docent.post("/api/documents", body, operator)).json()).document.id as string;
  gardenId = await add({ path: "garden.md", content });
  await add({
    path: "published.md",
    content: "# Moles\n\nMoles dig tunnels.\n",
    url: "https://book.example/moles",
  });
  await add({ path: "long.md", content: `# Long\n\n${"Many words are here. ".repeat(12_000)}\n` });
});
afterAll(() => docent.close());

const send = (path: string, init?: RequestInit) => docent.fetch(path, init);
const names = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name);

async function createKey(scopes: readonly string[]): Promise<Record<string, string>> {
  const { headers } = await signIn(docent);
  const created = await docent.post("/api/auth/keys", { name: "test", scopes }, headers);
  return { authorization: `Bearer ${(await created.json()).key}` };
}

describe.each(Object.keys(eras) as (keyof typeof eras)[])("with a client of the %s era", (era) => {
  const connect = (options: { headers?: Record<string, string> } = {}) =>
    connectMcpClient({ era, fetch: send, ...options });

  test("a visitor without a token has the documents' tools, described", async () => {
    const client = await connect();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(["search", "fetch", "ask"]);
    for (const { inputSchema, outputSchema, annotations } of tools) {
      expect([inputSchema.type, outputSchema?.["type"]]).toEqual(["object", "object"]);
      expect(annotations?.readOnlyHint).toBe(true);
    }
    await client.close();
  });

  test("search finds documents, fetch reads them, in the shape of research clients", async () => {
    const client = await connect();
    const found = await callMcpTool(client, "search", { query: "water roses" });
    expect(found.structured).toEqual(found.text);
    expect(found.text.results[0]).toEqual({
      id: gardenId,
      title: "The garden",
      url: `https://docent.example/llms/${gardenId}.md`,
    });
    const read = await callMcpTool(client, "fetch", { id: gardenId });
    expect(read.structured).toEqual(read.text);
    expect(read.text).toEqual({
      ...found.text.results[0],
      text: content,
      metadata: {
        source: "api",
        path: "garden.md",
        markdown_url: `https://docent.example/llms/${gardenId}.md`,
        truncated: false,
      },
    });
    const moles = await callMcpTool(client, "search", { query: "moles dig" });
    expect(moles.text.results[0]).toMatchObject({ url: "https://book.example/moles" });
    await client.close();
  });

  test("a long document is read up to its 200,000th character", async () => {
    const client = await connect();
    const found = await callMcpTool(client, "search", { query: "many words are here" });
    const { id } = found.text.results.find(({ title }: { title: string }) => title === "Long");
    const { text } = await callMcpTool(client, "fetch", { id });
    expect([text.text.length, text.metadata.truncated]).toEqual([200_000, true]);
    const rest = await (await docent.fetch(`/llms/${id}.md`)).text();
    expect(rest.startsWith(text.text)).toBe(true);
    await client.close();
  });

  test("ask answers with its sources", async () => {
    const client = await connect();
    const { text, structured } = await callMcpTool(client, "ask", {
      question: "How often do roses want water?",
    });
    expect(structured).toEqual(text);
    expect(text.answer).toContain("Roses want water twice a week.");
    expect(text.sources[0]).toMatchObject({ number: 1, id: gardenId, heading_path: ["Roses"] });
    await client.close();
  });

  test("a failure is a tool's result", async () => {
    const client = await connect();
    const unknown = await callMcpTool(client, "fetch", { id: "x" });
    expect(unknown).toMatchObject({ isError: true, text: { error: "not_found" } });
    for (const [name, input] of [
      ["search", { query: " " }],
      ["ask", { question: "" }],
      ["ask", { question: "x".repeat(2001) }],
      ["fetch", {}],
    ] as const) {
      const refused = await callMcpTool(client, name, input);
      expect(refused).toMatchObject({ isError: true, text: { error: "invalid_arguments" } });
    }
    const missing = await callMcpTool(client, "fetch", {});
    expect(missing).toMatchObject({ text: { message: "id: is required" } });
    await expect(client.callTool({ name: "delete_task", arguments: {} })).rejects.toThrow(
      /Unknown tool/,
    );
    await client.close();
  });

  test("a user has their own tasks; what cannot be undone needs an approval", async () => {
    const user = await signIn(docent);
    const client = await connect({ headers: user.headers });
    expect(await names(client)).toEqual([
      "search",
      "fetch",
      "ask",
      "add_task",
      "list_tasks",
      "update_task",
      "complete_task",
      "delete_task",
    ]);
    const { text: added } = await callMcpTool(client, "add_task", { title: "Water the roses" });
    const completed = await callMcpTool(client, "complete_task", { task_id: added.task_id });
    expect(completed.text).toMatchObject({ status: "completed" });
    const deleted = await callMcpTool(client, "delete_task", { task_id: added.task_id });
    expect(deleted).toMatchObject({ isError: true, text: { error: "confirmation_impossible" } });
    const listed = await (await docent.fetch("/api/tasks", { headers: user.headers })).json();
    expect(listed.tasks).toMatchObject([{ title: "Water the roses", completed: true }]);
    const other = await connect({ headers: (await signIn(docent)).headers });
    expect((await callMcpTool(other, "list_tasks", {})).text.tasks).toEqual([]);
    const foreign = await callMcpTool(other, "complete_task", { task_id: added.task_id });
    expect(foreign).toMatchObject({ isError: true, text: { error: "task_not_found" } });
    await Promise.all([client.close(), other.close()]);
  });

  test("an API key has the tools of its scopes, a guest no tasks", async () => {
    const tasks = ["add_task", "list_tasks", "update_task", "complete_task", "delete_task"];
    const guest = await signIn(docent, { kind: "guest" });
    for (const [headers, expected] of [
      [await createKey(["search"]), ["search", "fetch"]],
      [await createKey(["chat"]), ["ask"]],
      [await createKey(["tasks"]), tasks],
      [guest.headers, ["search", "fetch", "ask"]],
    ] as const) {
      const client = await connect({ headers });
      expect(await names(client)).toEqual(expected);
      await client.close();
    }
  });
});

test.each(["accept", "decline"] as const)(
  "the user is asked before a task is deleted: %s",
  async (answer) => {
    const { headers } = await signIn(docent);
    const asked: string[] = [];
    const onAsked = (message: string) => {
      asked.push(message);
      return answer;
    };
    const client = await connectMcpClient({ era: "modern", fetch: send, headers, onAsked });
    const { text: added } = await callMcpTool(client, "add_task", { title: "Buy a spade" });
    const { text } = await callMcpTool(client, "delete_task", { task_id: added.task_id });
    expect(asked).toEqual(["Delete the task “Buy a spade”?"]);
    expect(text).toMatchObject(answer === "accept" ? { status: "deleted" } : { error: "declined" });
    const { tasks } = await (await docent.fetch("/api/tasks", { headers })).json();
    expect(tasks).toHaveLength(answer === "accept" ? 0 : 1);
    await client.close();
  },
);

test("addresses are whole where documents are published under a path", async () => {
  const url = "https://docent.example";
  const app = await createTestApp({
    ADMIN_API_KEY: key,
    PUBLIC_URL: url,
    DOCUMENTS_URL_BASE: "/docs",
  });
  await app.post("/api/documents", { path: "garden.md", content }, operator);
  const fetch = (path: string, init?: RequestInit) => app.fetch(path, init);
  const client = await connectMcpClient({ era: "modern", fetch });
  const { text: found } = await callMcpTool(client, "search", { query: "roses" });
  const { text: read } = await callMcpTool(client, "fetch", { id: found.results[0].id });
  const ask = async (question: string) => (await callMcpTool(client, "ask", { question })).text;
  const { sources } = await ask("How often do roses want water?");
  const { related } = await ask("Which fertiliser do roses want in autumn?");
  const garden = `${url}/docs/garden`;
  expect([found.results[0].url, sources[0].url]).toEqual([`${garden}#roses`, `${garden}#roses`]);
  expect([read.url, related[0].url]).toEqual([garden, garden]);
  await client.close();
  await app.close();
});
