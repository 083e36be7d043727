import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createOtlpTracer } from "../../../adapters/tracers/otlp/tracer.ts";
import { systemClock } from "../../../handlers/lib/time.ts";
import type { ModelPart } from "../../../handlers/ports/language-model.ts";
import { createRecordingLogger, createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { testEmbedder } from "../../support/apps/vectors.ts";
import { adminKey } from "../../support/clients/callers.ts";
import { signIn } from "../../support/clients/signed-in.ts";
import { startCollectorStandIn } from "../../support/stand-ins/collector-stand-in.ts";
import {
  startEmbedderStandIn,
  type EmbedderStandIn,
} from "../../support/stand-ins/embedder-stand-in.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const parentId = "b7ad6b7169203331";
let collector: Awaited<ReturnType<typeof startCollectorStandIn>>;
let standIn: EmbedderStandIn;
let docent: TestApp;
let handed: Promise<unknown>[];

/** Stands in for a language model that lists the user's tasks, and then answers. */
async function* listTasksFirst(messages: number): AsyncGenerator<ModelPart, void, void> {
  yield { type: "answering", provider: "openai", model: "gpt-test" };
  const call = { id: "call_1", name: "list_tasks", arguments: "{}" };
  if (messages === 1) yield { type: "tool-call", call, basis: "proposal" };
  else yield { type: "text-delta", text: "A secret answer." };
  yield {
    type: "finished",
    finishReason: messages === 1 ? "tool_calls" : "stop",
    usage: { input_tokens: 70, output_tokens: 30 },
  };
}

const createTracer = (url: string, logger = createRecordingLogger().logger) =>
  createOtlpTracer({
    endpoint: url,
    headers: { "api-key": "collector-key" },
    serviceName: "our-docent",
    lifetime: "request",
    fetch: (input, init) => fetch(input, init),
    logger,
    clock: systemClock,
  });

beforeEach(async () => {
  handed = [];
  collector = await startCollectorStandIn();
  standIn = await startEmbedderStandIn();
  const { logger, lines } = createRecordingLogger();
  docent = await createTestApp(
    { ADMIN_API_KEY: adminKey },
    {
      logger,
      tracer: createTracer(collector.url, logger),
      embedder: testEmbedder(standIn.url),
      languageModel: {
        name: "test",
        stream: ({ messages }) => listTasksFirst(messages.length),
      },
    },
  );
  docent = { ...docent, log: lines };
});
afterEach(async () => {
  await docent.close();
  await standIn.close();
  expect(collector.faults).toEqual([]);
  await collector.stop();
});

const dropped = () => docent.log.filter(({ message }) => message === "traces dropped");

/** A request on a platform that nothing runs on between requests; waits for what is handed to it. */
async function request(path: string, init: RequestInit): Promise<void> {
  const waitUntil = (work: Promise<unknown>) => void handed.push(work);
  const response = await docent.fetch(path, init, { waitUntil, clientAddress: "10.0.0.1" });
  await response.text();
  while (handed.length > 0) await Promise.all(handed.splice(0));
}

async function chat(headers: Record<string, string> = {}): Promise<void> {
  const user = await signIn(docent);
  await request("/api/chat", {
    method: "POST",
    headers: { ...user.headers, "content-type": "application/json", ...headers },
    body: JSON.stringify({ message: "A secret question?" }),
  });
}

async function ingest(): Promise<void> {
  const body = JSON.stringify({ path: "a.md", content: "# Secret\n\nThe secret is a secret.\n" });
  const headers = { "content-type": "application/json", authorization: `Bearer ${adminKey}` };
  await request("/api/documents", { method: "POST", headers, body });
  // Embeds what was added.
  await request("/api/suggestions", {});
  collector.spans.length = 0;
}

describe("traces", () => {
  test("a chat goes on with its caller's trace, with GenAI's names and without content", async () => {
    await ingest();
    await chat({ traceparent: `00-${traceId}-${parentId}-01` });
    const byName = new Map(collector.spans.map((span) => [span.name, span]));
    const root = byName.get("POST /api/chat");
    expect(root).toMatchObject({ traceId, parentSpanId: parentId, kind: 2 });
    expect(root?.attributes).toEqual({
      "http.request.method": "POST",
      "http.route": "/api/chat",
      "http.response.status_code": "200",
    });
    const ofChat = collector.spans.filter(({ name }) => name === "chat gpt-test");
    expect(ofChat.map(({ attributes }) => attributes["gen_ai.response.finish_reasons"])).toEqual([
      { values: [{ stringValue: "tool_calls" }] },
      { values: [{ stringValue: "stop" }] },
    ]);
    expect(ofChat[0]).toMatchObject({ traceId, parentSpanId: root?.spanId, kind: 3 });
    expect(ofChat[0]?.attributes).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-test",
      "gen_ai.usage.input_tokens": "70",
      "gen_ai.usage.output_tokens": "30",
      "gen_ai.conversation.id": expect.stringMatching(/^[\da-f-]{36}$/),
    });
    const retrieval = byName.get("retrieval");
    expect(retrieval).toMatchObject({
      parentSpanId: root?.spanId,
      kind: 1,
      attributes: {
        "gen_ai.operation.name": "retrieval",
        "gen_ai.data_source.id": "documents",
      },
    });
    expect(byName.get("embeddings custom/test-model")).toMatchObject({
      parentSpanId: retrieval?.spanId,
      kind: 3,
      attributes: {
        "gen_ai.operation.name": "embeddings",
        "gen_ai.provider.name": "custom",
        "gen_ai.request.model": "test-model",
      },
    });
    expect(byName.get("execute_tool list_tasks")).toMatchObject({
      parentSpanId: root?.spanId,
      attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "list_tasks" },
    });
    for (const { startTimeUnixNano, endTimeUnixNano } of collector.spans) {
      expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano));
    }
    expect(collector.bodies.join()).not.toMatch(/secret/i);
    expect(collector.headers[0]).toMatchObject({
      "api-key": "collector-key",
      "content-type": "application/json",
    });
    expect(collector.resources[0]).toMatchObject({ "service.name": "our-docent" });
  });

  test("a failed request is marked, by its code", async () => {
    await request("/api/chat/x/stop", { method: "POST" });
    await request("/metrics", {});
    expect(collector.spans.map(({ name, status }) => [name, status])).toEqual([
      ["POST /api/chat/:id/stop", undefined],
      ["GET /metrics", undefined],
    ]);
  });

  test.each([
    ["an unsampled one is not recorded", `00-${traceId}-${parentId}-00`, []],
    ["one of zeros is none", `00-${"0".repeat(32)}-${parentId}-01`, [undefined]],
    ["a malformed one is none", `00-${traceId}-01`, [undefined]],
    ["a later version's is read", `cc-${traceId}-${parentId}-01-more`, [parentId]],
  ])("traceparent: %s", async (_name, traceparent, expected) => {
    await request("/api/suggestions", { headers: { traceparent } });
    expect(collector.spans.map(({ parentSpanId }) => parentSpanId)).toEqual(expected);
  });

  test("constant answers are not traced", async () => {
    await request("/health", {});
    expect(collector.spans).toEqual([]);
  });

  test("a collector that is out costs one log line, and its return is noticed", async () => {
    collector.answerWith(503);
    await request("/api/suggestions", {});
    await request("/api/suggestions", {});
    expect(dropped().map(({ level, fields }) => [level, fields])).toEqual([
      ["warn", { reason: "status 503" }],
    ]);
    collector.answerWith(200);
    await request("/api/suggestions", {});
    expect(collector.spans).toHaveLength(1);
    collector.answerWith(500);
    await request("/api/suggestions", {});
    expect(dropped()).toHaveLength(2);
  });

  test("at most 2,048 spans wait, and go 512 at a time", async () => {
    const tracer = createTracer(collector.url);
    for (let count = 0; count < 3000; count += 1) tracer.startRequest(null)?.end();
    await tracer.flush();
    expect(collector.spans).toHaveLength(2048);
    expect(collector.bodies).toHaveLength(4);
  });

  test("a collector that nobody listens at: the last spans do not hold up the end", async () => {
    const tracer = createTracer("http://127.0.0.1:9");
    tracer.startRequest(null)?.end();
    await tracer.stop();
  });
});
