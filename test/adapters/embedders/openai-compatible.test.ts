import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chooseEmbedder } from "../../../adapters/embedders/choose.ts";
import { createOpenaiCompatibleEmbedder } from "../../../adapters/embedders/openai-compatible/embedder.ts";
import {
  startEmbedderStandIn,
  type EmbedderStandIn,
} from "../../support/stand-ins/embedder-stand-in.ts";
import { testCircuit, testEmbedder } from "../../support/apps/vectors.ts";
import { clockAt } from "../../support/apps/test-clock.ts";

let standIn: EmbedderStandIn;
beforeAll(async () => {
  standIn = await startEmbedderStandIn();
});
afterAll(() => standIn.close());
beforeEach(() => {
  standIn.trouble(undefined);
  standIn.requests.length = 0;
});

const never = new AbortController().signal;
const length = (vector: Float32Array | undefined) => Math.hypot(...(vector ?? []));
const failFirst = (count: number, answer: { status: number; headers?: Record<string, string> }) => {
  let left = count;
  standIn.trouble(() => (left-- > 0 ? answer : undefined));
};

describe("an embedder of OpenAI's kind", () => {
  test("gives a vector of length 1 for each text, in order, and shows its key", async () => {
    const embedder = testEmbedder(standIn.url);
    const vectors = await embedder.embed(["one", "two", "one"], "passage", never);
    expect(vectors).toHaveLength(3);
    for (const vector of vectors) expect(length(vector)).toBeCloseTo(1, 5);
    expect(vectors[0]).toEqual(vectors[2]);
    expect(vectors[0]).not.toEqual(vectors[1]);
    expect(standIn.requests[0]?.authorization).toBe("Bearer embedding-secret");
  });

  test("asks for no more texts at once than providers take", async () => {
    const texts = Array.from({ length: 250 }, (_, index) => `text ${index}`);
    const vectors = await testEmbedder(standIn.url).embed(texts, "passage", never);
    expect(vectors).toHaveLength(250);
    expect(standIn.requests.map(({ input }) => input.length)).toEqual([96, 96, 58]);
    const long = Array.from({ length: 5 }, () => "word ".repeat(5000));
    await testEmbedder(standIn.url).embed(long, "passage", never);
    expect(standIn.requests.slice(3).map(({ input }) => input.length)).toEqual([2, 2, 1]);
  });

  test("tries again for passages after 429 and 5xx, and not for a question", async () => {
    const embedder = testEmbedder(standIn.url);
    failFirst(2, { status: 429, headers: { "retry-after": "0" } });
    expect(await embedder.embed(["one"], "passage", never)).toHaveLength(1);
    failFirst(1, { status: 503 });
    await expect(embedder.embed(["one"], "query", never)).rejects.toMatchObject({
      code: "unavailable",
    });
  });

  test("leaves a long wait to its caller, and says how long", async () => {
    failFirst(1, { status: 429, headers: { "retry-after": "120" } });
    const failing = testEmbedder(standIn.url).embed(["one"], "passage", never);
    await expect(failing).rejects.toMatchObject({ code: "rate_limited", retryAfter: 120_000 });
    expect(standIn.requests).toHaveLength(1);
  });

  test.each([
    [401, "{}", "unauthorized"],
    [402, "{}", "out_of_credit"],
    [429, '{"error":{"code":"insufficient_quota"}}', "out_of_credit"],
    [400, '[{"error":{"details":[{"reason":"API_KEY_INVALID"}]}}]', "unauthorized"],
    [404, "{}", "unavailable"],
    [400, "{}", "invalid"],
    [500, "<html>", "unavailable"],
    [200, "<html>", "unavailable"],
    [200, '{"data":[]}', "unavailable"],
    [200, '{"data":[{"index":0,"embedding":[0,0]}]}', "unavailable"],
    [200, '{"data":[{"index":0,"embedding":["x"]}]}', "unavailable"],
    [200, '{"data":[{"index":5,"embedding":[1,0]}]}', "unavailable"],
  ])("turns status %d with %s into %s, and quotes nothing", async (status, body, code) => {
    standIn.trouble(() => ({ status, body }));
    const failure = await testEmbedder(standIn.url)
      .embed(["a secret text"], "query", never)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "PortFailure", code });
    expect(String(failure)).not.toMatch(/secret|127\.0\.0\.1/);
  });

  test("three failures in a row spare it, and a success after a minute brings it back", async () => {
    let now = 0;
    const circuit = testCircuit(
      "embedder",
      clockAt(() => now),
    );
    const embedder = testEmbedder(standIn.url, "test-model", circuit);
    standIn.trouble(() => ({ status: 503 }));
    for (let turn = 0; turn < 5; turn++) {
      await expect(embedder.embed(["one"], "query", never)).rejects.toMatchObject({
        code: "unavailable",
      });
    }
    expect(standIn.requests).toHaveLength(3);
    standIn.trouble(undefined);
    now += 60_000;
    expect(await embedder.embed(["one"], "query", never)).toHaveLength(1);
  });

  test("a model that does not exist counts as a failure, and is named", async () => {
    const circuit = testCircuit("embedder");
    standIn.trouble(() => ({ status: 404, body: '{"error":{"message":"no model x"}}' }));
    const asking = testEmbedder(standIn.url, "test-model", circuit).embed(["a"], "query", never);
    await expect(asking).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining("no such model") as string,
    });
    expect(circuit.latest()).toMatchObject({ isSuccess: false });
    expect(circuit.report().failureCount).toBe(1);
  });

  test("an old name gives the old model of the same provider, and no other's", async () => {
    const gemini = create({ model: "new", dimensions: 768 });
    const old = gemini.earlier("gemini/gemini-embedding-001@32");
    expect(old?.name).toBe("gemini/gemini-embedding-001@32");
    await old?.embed(["one"], "query", never);
    expect(standIn.requests[0]).toMatchObject({ model: "gemini-embedding-001", dimensions: 32 });
    expect(gemini.earlier("openai/text-embedding-3-small")).toBeUndefined();
    expect(gemini.resized(16).name).toBe("gemini/new@16");
    expect(create({ model: "fixed" }).resized(16).name).toBe("gemini/fixed");
  });

  test("a model that was trained on marked texts gets them marked", async () => {
    const embedder = testEmbedder(standIn.url, "nomic-embed-text");
    await embedder.embed(["what?"], "query", never);
    await embedder.embed(["this"], "passage", never);
    expect(standIn.texts()).toEqual(["search_query: what?", "search_document: this"]);
  });
});

test.each([
  [
    { provider: "gemini", model: "gemini-embedding-001", baseUrl: undefined },
    "gemini/gemini-embedding-001@768",
  ],
  [
    { provider: "openai", model: "text-embedding-3-small", baseUrl: undefined },
    "openai/text-embedding-3-small@768",
  ],
  [
    { provider: "openai", model: "text-embedding-ada-002", baseUrl: undefined },
    "openai/text-embedding-ada-002",
  ],
  [
    { provider: "openai", model: "nomic-embed-text", baseUrl: "http://ollama:11434/v1" },
    "custom/nomic-embed-text",
  ],
  [undefined, undefined],
] as const)("the setting %o gives the embedder %s", (choice, name) => {
  const chosen = choice && { ...choice, apiKey: "key" };
  expect(chooseEmbedder(chosen, testCircuit("embedder"))?.name).toBe(name);
});

function create({ model, dimensions }: { model: string; dimensions?: number }) {
  return createOpenaiCompatibleEmbedder({
    provider: "gemini",
    model,
    dimensions,
    baseUrl: standIn.url,
    apiKey: undefined,
    circuit: testCircuit("embedder"),
  });
}
