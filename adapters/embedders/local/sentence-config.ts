import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ModelFolder } from "./folder.ts";

/** How the tokens' vectors become one: their mean, or the first one's. */
export type Pooling = "mean" | "cls";

/**
 * Limits of models whose folders do not state them, from their cards: on the hub's ONNX copies
 * `sentence_bert_config.json` is often left out, and what remains is the limit of the architecture.
 */
const knownLimits: readonly (readonly [model: RegExp, tokens: number])[] = [
  [/all-minilm-l6/i, 256],
  [/all-minilm-l12/i, 128],
];
/** No passage of ours is longer, and time grows faster than length. */
const highestLimit = 512;

/** How many tokens the model takes, the two that frame a text included. */
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

/** What `1_Pooling/config.json` says; the mean where it is missing. */
export async function poolingOf(path: string): Promise<Pooling> {
  const stated = await readJson(join(path, "1_Pooling/config.json"));
  return stated["pooling_mode_cls_token"] === true ? "cls" : "mean";
}

function numberIn(object: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = object[name];
  return typeof value === "number" ? value : undefined;
}

/** An object without anything where there is no such file. */
async function readJson(path: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(path, "utf8").catch(() => "{}");
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}
