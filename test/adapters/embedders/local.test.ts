import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openLocalEmbedder } from "../../../adapters/embedders/local/open.ts";
import type { Embedder } from "../../../handlers/ports/embedder.ts";
import { testCircuit } from "../../support/apps/vectors.ts";
import {
  copyModel,
  localEmbedder,
  renameModel,
  testModel,
} from "../../support/apps/local-model.ts";
import { temporaryDirectory } from "../../support/servers/temporary-directory.ts";

const never = new AbortController().signal;
const length = (vector: Float32Array | undefined) => Math.hypot(...(vector ?? []));
const cosine = (one: Float32Array = new Float32Array(), other: Float32Array = new Float32Array()) =>
  one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);

const serverTimes = (count: number) => "server ".repeat(count);
const open = (mode: "auto" | "on" | "off", roots: string[], reference?: string) =>
  openLocalEmbedder({ mode, roots, reference, circuit: testCircuit("embedder") });

describe.skipIf(testModel === undefined)("the embedder in the box", () => {
  const folder = testModel ?? "";
  let embedder: Embedder;
  beforeAll(() => {
    ({ embedder } = localEmbedder(folder));
  });
  const embed = (...texts: string[]) => embedder.embed(texts, "passage", never);

  test("gives each text a vector of length 1, in order, whatever its neighbours", async () => {
    const texts = ["a longer text, about nothing in particular but itself", "two", "one"];
    const vectors = await embed(...texts);
    expect(vectors.map((vector) => vector.length)).toEqual([384, 384, 384]);
    for (const [index, text] of texts.entries()) {
      expect(length(vectors[index])).toBeCloseTo(1, 5);
      expect([vectors[index]]).toEqual(await embed(text));
    }
  });

  // As the model's card and the hub's own inference show them for the float model; int8 may be .05 off.
  test.each([
    ["That is a very happy person", 0.943],
    ["That is a happy dog", 0.695],
    ["Today is a sunny day", 0.257],
  ])("places “%s” where the model's makers do", async (text, expected) => {
    const [happy, other] = await embed("That is a happy person", text);
    expect(Math.abs(cosine(happy, other) - expected)).toBeLessThan(0.05);
  });

  test("reads as much of a text as the model takes, and no more", async () => {
    const [short, long, longer] = await embed(
      `${serverTimes(200)} cats and dogs`,
      `${serverTimes(254)} cats and dogs`,
      serverTimes(300),
    );
    expect(cosine(long, longer)).toBeGreaterThan(0.9999);
    expect(cosine(short, longer)).toBeLessThan(0.999);
  });

  test("tells an E5 what is a question and what is a passage", async () => {
    const e5 = await renameModel(folder, await temporaryDirectory(), "multilingual-e5-small");
    const prefixing = localEmbedder(e5).embedder;
    for (const kind of ["query", "passage"] as const) {
      const [given] = await prefixing.embed(["blue whales"], kind, never);
      const [spelled] = await embed(`${kind}: blue whales`);
      expect(cosine(given, spelled)).toBeGreaterThan(0.9999);
    }
  });

  test("answers a question before the passages that were there first", async () => {
    const order: string[] = [];
    const passages = Array.from({ length: 40 }, (_, index) => `${index} ${"word ".repeat(200)}`);
    await Promise.all([
      embed(...passages).then(() => order.push("passages")),
      embedder.embed(["which?"], "query", never).then(() => order.push("question")),
    ]);
    expect(order).toEqual(["question", "passages"]);
  });

  test("gives up what is no longer waited for, and goes on with the rest", async () => {
    const leaving = new AbortController();
    const passages = Array.from({ length: 40 }, () => "word ".repeat(200));
    const given = embedder.embed(passages, "passage", leaving.signal);
    leaving.abort();
    await expect(given).rejects.toMatchObject({ code: "aborted" });
    expect(await embed("still here")).toHaveLength(1);
  });

  test("takes another model's vectors for another's, and the same model's for its own", async () => {
    const copy = await copyModel(folder, await temporaryDirectory());
    expect(localEmbedder(copy).embedder.name).toBe(embedder.name);
    await writeFile(join(copy, "onnx/model_quantized.onnx"), "other weights");
    expect(localEmbedder(copy).embedder.name).not.toBe(embedder.name);
  });

  test("says so where the memory is too little, and embeds once there is more", async () => {
    let free = 100 * 1024 * 1024;
    const { embedder: poor, dependency } = localEmbedder(folder, () => free);
    const failure = { code: "unavailable", retryable: true };
    await expect(poor.embed(["text"], "query", never)).rejects.toMatchObject(failure);
    expect(dependency.statusOverride?.()).toBe("too_little_memory");
    free *= 10;
    expect(await poor.embed(["text"], "query", never)).toHaveLength(1);
    expect(dependency.statusOverride?.()).toBeUndefined();
  });

  test("names a file that is no model when it is loaded, and does not ask for another try", async () => {
    const copy = await copyModel(folder, await temporaryDirectory());
    await writeFile(join(copy, "onnx/model_quantized.onnx"), "no model at all");
    const { embedder: broken, dependency } = localEmbedder(copy);
    const failure = { code: "unavailable", retryable: false };
    await expect(broken.embed(["text"], "query", never)).rejects.toMatchObject(failure);
    expect(dependency.statusOverride?.()).toBe("model_damaged");
  });
});

describe("looking for a model", () => {
  test("is content without one unless one is asked for", async () => {
    const roots = [await temporaryDirectory()];
    expect(open("auto", roots)).toBeUndefined();
    expect(open("on", roots)?.dependency.statusOverride?.()).toBe("model_missing");
    expect(open("auto", roots, "owner/name")?.dependency.statusOverride?.()).toBe("model_missing");
    expect(open("auto", roots, "/nowhere")?.dependency.statusOverride?.()).toBe("model_missing");
  });

  test.skipIf(testModel === undefined)("takes what is there, whole, unless it is off", async () => {
    const root = await temporaryDirectory();
    const path = await copyModel(testModel ?? "", root);
    expect(open("auto", ["/nowhere", root])?.embedder?.name).toMatch(/^local\/all-MiniLM-L6-v2@/);
    expect(open("auto", [root], "Xenova/all-MiniLM-L6-v2")?.embedder).toBeDefined();
    expect(open("auto", [], path)?.embedder).toBeDefined();
    expect(open("off", [root])).toBeUndefined();
    await writeFile(join(path, "onnx/model_quantized.onnx.0123.part"), "half");
    expect(open("auto", [root])?.dependency.statusOverride?.()).toBe("model_incomplete");
  });
});
