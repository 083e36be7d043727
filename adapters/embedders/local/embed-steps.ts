import type { SentenceModel } from "./sentence-model.ts";
import type { Steps } from "./queue.ts";

/**
 * What one call of the runtime gets, padding included: with all-MiniLM some 30 ms on one thread, which is
 * what a question may have to wait for. Larger batches are hardly faster a passage.
 */
const tokensAtOnce = 256;

/** Embeds texts, the short ones first so that little is padding; the vectors are in the texts' order. */
export async function* embedInSteps(
  model: SentenceModel,
  texts: readonly string[],
): Steps<Float32Array[]> {
  const rows: { readonly index: number; readonly tokens: readonly number[] }[] = [];
  for (const [index, text] of texts.entries()) {
    rows.push({ index, tokens: model.tokenize(text) });
    if (texts.length > 1) yield;
  }
  const vectors: Float32Array[] = [];
  const byLength = rows.toSorted((one, other) => one.tokens.length - other.tokens.length);
  for (const batch of batches(byLength)) {
    const made = await model.embed(batch.map(({ tokens }) => tokens));
    for (const [place, { index }] of batch.entries()) {
      const vector = made[place];
      if (vector) vectors[index] = vector;
    }
    if (texts.length > 1) yield;
  }
  return vectors;
}

/** Neighbours as long as their padded tokens fit in one call; a longer one goes alone. */
function* batches<Row extends { readonly tokens: readonly number[] }>(
  rows: readonly Row[],
): Generator<Row[]> {
  let batch: Row[] = [];
  for (const row of rows) {
    if (batch.length > 0 && row.tokens.length * (batch.length + 1) > tokensAtOnce) {
      yield batch;
      batch = [];
    }
    batch.push(row);
  }
  if (batch.length > 0) yield batch;
}
