import type { Steps } from "./queue.ts";
import type { SentenceModel } from "./sentence-model.ts";

/**
 * Embeds texts, one per step. A batch would be no faster on a core or two, would keep questions waiting, and
 * with an int8 model changes a text's vector, because the texts of a batch share a value range (a cosine of .97
 * between a word alone and the same word beside a sentence).
 */
export async function* embedInSteps(
  model: SentenceModel,
  texts: readonly string[],
): Steps<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (const text of texts) {
    if (vectors.length > 0) yield;
    vectors.push(await model.embed(text));
  }
  return vectors;
}
