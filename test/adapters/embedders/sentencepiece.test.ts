import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { localEmbedder } from "../../support/apps/local-model.ts";
import { pieces, writeTinyModel } from "../../support/apps/tiny-model.ts";
import { temporaryDirectory } from "../../support/servers/temporary-directory.ts";

const hasRuntime = await import("onnxruntime-node").then(
  () => true,
  () => false,
);

if (!hasRuntime) console.warn("Tests of local models skipped: onnxruntime-node is not installed.");

/** How often each piece is in a text, read from its vector. */
function countsOf(vector: Float32Array | undefined): Readonly<Record<string, number>> {
  // Each text ends once.
  const one = vector?.[pieces.indexOf("</s>")] ?? 0;
  return Object.fromEntries(
    pieces.flatMap((piece, index) => {
      const count = Math.round((vector?.[index] ?? 0) / one);
      return count === 0 ? [] : [[piece, count]];
    }),
  );
}

async function embed(kind: "query" | "passage", text: string, inputs?: string[]) {
  const root = await temporaryDirectory();
  const folder = await writeTinyModel(join(root, "multilingual-e5-small"), inputs);
  const { embedder } = localEmbedder(folder);
  const [vector] = await embedder.embed([text], kind, new AbortController().signal);
  expect(Math.hypot(...(vector ?? []))).toBeCloseTo(1, 5);
  return countsOf(vector);
}

const free = () => 200 * 1024 * 1024;
const frame = { "<s>": 1, "</s>": 1 };

describe.skipIf(!hasRuntime)("a multilingual E5, with a tokenizer of SentencePiece's", () => {
  test("gets questions and passages marked, and the mean of their pieces", async () => {
    const whales = { ":": 1, "▁blue": 1, "▁whale": 1, s: 1 };
    expect(await embed("query", "blue whales")).toEqual({ ...frame, "▁query": 1, ...whales });
    expect(await embed("passage", "blue  whales")).toEqual({
      ...frame,
      "▁passage": 1,
      ...whales,
    });
  });

  test("is given no input that its graph lacks, and each that it has", async () => {
    const inputs = ["input_ids", "attention_mask", "token_type_ids"];
    const asked = { ...frame, "▁query": 1, ":": 1, "▁blue": 1 };
    expect(await embed("query", "blue", inputs)).toEqual(asked);
    expect(await embed("query", "blue", inputs.slice(0, 1))).toEqual(asked);
  });

  test("reads 512 pieces with the frame, whatever its tokenizer was last set to", async () => {
    expect(await embed("passage", "blue ".repeat(1000))).toEqual({
      ...frame,
      "▁passage": 1,
      ":": 1,
      "▁blue": 512 - 4,
    });
  });

  test("counts its tokenizer where the memory is too little", async () => {
    const root = await temporaryDirectory();
    const folder = await writeTinyModel(join(root, "multilingual-e5-small"));
    const never = new AbortController().signal;
    const fits = localEmbedder(folder, free).embedder;
    expect(await fits.embed(["blue"], "query", never)).toHaveLength(1);
    await appendFile(join(folder, "tokenizer.json"), " ".repeat(17_000_000));
    const { embedder, dependency } = localEmbedder(folder, free);
    await expect(embedder.embed(["blue"], "query", never)).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(dependency.statusOverride?.()).toBe("too_little_memory");
  });

  test("takes what it does not know for unknown, and compatible characters for their like", async () => {
    const counts = await embed("query", "ｂｌｕｅ 鯨");
    expect(counts).toEqual({ ...frame, "▁query": 1, ":": 1, "▁blue": 1, "▁": 1, "<unk>": 1 });
  });
});
