import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The pieces of its tokenizer; a text's vector counts them, in this order, and is scaled to length 1. */
export const pieces = [
  "<s>",
  "<pad>",
  "</s>",
  "<unk>",
  "▁query",
  "▁passage",
  ":",
  "▁blue",
  "▁whale",
  "s",
  "▁",
  "b",
] as const;

/**
 * Writes a model that is laid out as multilingual-e5-small on the hub, and small enough to be checked by hand: a
 * SentencePiece tokenizer (Unigram) with XLM-RoBERTa's frame `<s> … </s>`, and a graph that looks up one row of the
 * unit matrix for each token. `inputs` are the graph's; an XLM-RoBERTa has no `token_type_ids`.
 */
export async function writeTinyModel(
  folder: string,
  inputs: readonly string[] = ["input_ids", "attention_mask"],
): Promise<string> {
  await mkdir(join(folder, "onnx"), { recursive: true });
  const files = {
    "config.json": { model_type: "xlm-roberta", max_position_embeddings: 514 },
    "tokenizer_config.json": {
      tokenizer_class: "XLMRobertaTokenizer",
      model_max_length: 512,
      bos_token: "<s>",
      eos_token: "</s>",
      unk_token: "<unk>",
      pad_token: "<pad>",
    },
    "tokenizer.json": tokenizer,
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), JSON.stringify(content));
  }
  await writeFile(join(folder, "onnx/model_quantized.onnx"), lookUpGraph(inputs));
  return folder;
}

const frame = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
const special = (id: number) => ({ id: String(pieces[id]), ids: [id], tokens: [pieces[id]] });

/** As in the hub's files: special tokens score 0, the unknown one is never chosen where another piece fits. */
const tokenizer = {
  version: "1.0",
  truncation: { direction: "Right", max_length: 4, strategy: "LongestFirst", stride: 0 },
  padding: { strategy: { Fixed: 8 }, direction: "Right", pad_id: 1, pad_token: "<pad>" },
  added_tokens: [0, 1, 2, 3].map((id) => ({ id, content: pieces[id], special: true })),
  normalizer: { type: "Precompiled", precompiled_charsmap: "" },
  pre_tokenizer: {
    type: "Sequence",
    pretokenizers: [
      { type: "WhitespaceSplit" },
      { type: "Metaspace", replacement: "▁", add_prefix_space: true },
    ],
  },
  post_processor: {
    type: "TemplateProcessing",
    single: [frame("<s>"), { Sequence: { id: "A", type_id: 0 } }, frame("</s>")],
    pair: [],
    special_tokens: { "<s>": special(0), "</s>": special(2) },
  },
  decoder: { type: "Metaspace", replacement: "▁", add_prefix_space: true },
  model: {
    type: "Unigram",
    unk_id: 3,
    vocab: pieces.map((piece, id) => [piece, id < 4 ? 0 : -piece.length]),
  },
};

/** An ONNX model (https://onnx.ai/onnx/repo-docs/IR.html): `last_hidden_state` = Gather(unit matrix, input_ids). */
function lookUpGraph(inputs: readonly string[]): Uint8Array {
  const size = pieces.length;
  const unit = new Float32Array(size * size).map((_, index) => (index % (size + 1) === 0 ? 1 : 0));
  const table = message(
    [1, size],
    [1, size],
    [2, floats],
    [8, "table"],
    [9, new Uint8Array(unit.buffer)],
  );
  const gather = message([1, "table"], [1, "input_ids"], [2, "last_hidden_state"], [4, "Gather"]);
  const graph = message(
    [1, gather],
    [2, "tiny"],
    [5, table],
    ...inputs.map((name) => [11, tensor(name, integers, [1, "tokens"])] as const),
    [12, tensor("last_hidden_state", floats, [1, "tokens", size])],
  );
  return message([1, 8], [7, graph], [8, message([2, 13])]);
}

const floats = 1;
const integers = 7;

function tensor(name: string, type: number, shape: readonly (number | string)[]): Uint8Array {
  const dimensions = shape.map(
    (each) => [1, message([typeof each === "number" ? 1 : 2, each])] as const,
  );
  const described = message([1, type], [2, message(...dimensions)]);
  return message([1, name], [2, message([1, described])]);
}

type Field = readonly [number: number, value: number | string | Uint8Array];

/** A message of protobuf's wire format (https://protobuf.dev/programming-guides/encoding/). */
function message(...fields: readonly Field[]): Uint8Array {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (typeof value === "number") return [varint(number << 3), varint(value)];
      const bytes = typeof value === "string" ? Buffer.from(value) : value;
      return [varint((number << 3) | 2), varint(bytes.length), bytes];
    }),
  );
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Uint8Array.from([...bytes, rest]);
}
