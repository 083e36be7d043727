import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { adminKey } from "../../support/clients/callers.ts";
import { misfits, type Schema } from "../../support/json-schema.ts";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: adminKey });
});
afterAll(() => docent.close());

/** How /openapi.json describes a POST's answer of this status, by media type. */
async function contentOf(path: string, status: number) {
  const { paths } = await (await docent.fetch("/openapi.json")).json();
  const { content } = paths[path].post.responses[status];
  return content as Readonly<Record<string, { readonly schema: Schema }>>;
}

const noReferences = (reference: string): Schema => {
  throw new Error(`unexpected ${reference}`);
};

test("files that cannot be read are told as described", async () => {
  const body = new FormData();
  body.append("files", new File(["# A"], "a.md"));
  body.append("files", new File(["%PDF"], "b.pdf"));
  const headers = { authorization: `Bearer ${adminKey}` };
  const response = await docent.fetch("/api/documents", { method: "POST", headers, body });
  expect(response.status).toBe(207);
  const schema = (await contentOf("/api/documents", 207))["application/json"]?.schema ?? {};
  expect(misfits(await response.json(), schema, noReferences)).toEqual([]);
});

async function refused(body: object, accept: string) {
  const response = await docent.post("/mcp", body, { accept });
  const mediaType = response.headers.get("content-type")?.split(";")[0] ?? "";
  return { status: response.status, mediaType, answer: await response.json() };
}

test("what MCP refuses comes in a described media type, and as described", async () => {
  const both = "application/json, text/event-stream";
  const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
  for (const { status, mediaType, answer } of [
    await refused(ping, "application/json"),
    await refused({ ...ping, jsonrpc: "1.0" }, both),
    await refused([], both),
  ]) {
    const schema = (await contentOf("/mcp", status))[mediaType]?.schema;
    expect(schema, `${status} ${mediaType}`).toBeDefined();
    for (const name of schema?.required ?? []) expect(answer).toHaveProperty(name);
  }
});
