import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ModelFolder } from "./folder.ts";

/** How the tokens' vectors are combined: by their mean, or by taking the first one. */
export type Pooling = "mean" | "cls";

/**
 * Token limits from the model cards, for models whose folders lack `sentence_bert_config.json`, as the hub's
 * ONNX copies often do; the rest only states the architecture's limit.
 */
const knownLimits: readonly (readonly [model: RegExp, tokens: number])[] = [
  [/all-minilm-l6/i, 256],
  [/all-minilm-l12/i, 128],
];
/** Tokens, at most: no passage is longer, and the time grows faster than the length. */
const highestLimit = 512;

/** The model's limit in tokens, including the two that frame a text. */
export async function tokenLimitOf({ path, name }: ModelFolder): Promise<number> {
  const stated = numberIn(
    await readJson(join(path, "sentence_bert_config.json")),
    "max_seq_length",
  );
  const known = knownLimits.find(([model]) => model.test(name))?.[1];
  const limits = [
    highestLimit,
    stated ?? known,
    numberIn(await readJson(join(path, "tokenizer_config.json")), "model_max_length"),
    numberIn(await readJson(join(path, "config.json")), "max_position_embeddings"),
  ];
  return Math.min(...limits.flatMap((limit) => (limit !== undefined && limit > 2 ? [limit] : [])));
}

/** The pooling in `1_Pooling/config.json`; the mean without that file. */
export async function poolingOf(path: string): Promise<Pooling> {
  const stated = await readJson(join(path, "1_Pooling/config.json"));
  return stated["pooling_mode_cls_token"] === true ? "cls" : "mean";
}

function numberIn(object: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = object[name];
  return typeof value === "number" ? value : undefined;
}

/** A file's JSON; an empty object for a missing file. */
async function readJson(path: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(path, "utf8").catch(() => "{}");
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}
