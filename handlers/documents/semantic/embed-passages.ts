import type { Database } from "../../ports/database.ts";
import type { Embedder } from "../../ports/embedder.ts";
import { PortFailure } from "../../ports/failure.ts";
import type { VectorOwner, VectorSet, VectorStore } from "../../ports/vector-store.ts";
import { sha256 } from "../../lib/bytes.ts";
import { formatUuid } from "../../lib/ids.ts";
import { saturated } from "../index/bm25.ts";
import { usualLength } from "../index/postings.ts";
import { headingText } from "../parsing/heading-text.ts";
import { readableText } from "../parsing/readable-text.ts";
import { notePassages, readEmbeddable, type EmbeddablePassage } from "./store-vector-sets.ts";
import { countTerms } from "../index/terms.ts";

/** Characters of a text that are embedded, because models take no more; passages are rarely longer. */
const charactersAtMost = 8000;

export interface EmbedDependencies {
  readonly database: Database;
  readonly store: VectorStore;
  readonly embedder: Embedder;
}

/** Numbers of passages by the way they got vectors. */
export interface Embedded {
  readonly made: number;
  readonly reused: number;
  readonly refused: number;
}

/**
 * Gives the passages with these numbers vectors in the set, as far as they are current. A text that the set has
 * under another number is not embedded again; a passage that the model refuses is only found by its words.
 *
 * @throws PortFailure
 */
export async function embedPassages(
  { database, store, embedder }: EmbedDependencies,
  set: VectorSet,
  numbers: readonly number[],
  signal: AbortSignal,
): Promise<Embedded> {
  const rows = await readEmbeddable(database, numbers);
  if (rows.length === 0) return { made: 0, reused: 0, refused: 0 };
  const passages = await Promise.all(rows.map(prepare));
  const owners = passages.map(({ owner }) => owner);
  const vectors = new Map(await store.known(set, owners, signal));
  const texts = new Map(
    passages.flatMap(({ owner, text }) => (vectors.has(owner.hash) ? [] : [[owner.hash, text]])),
  );
  const reused = owners.filter(({ hash }) => vectors.has(hash)).length;
  const made = await embedEach(embedder, [...texts.values()], signal);
  if (made.some((vector) => vector && vector.length !== set.dimensions)) {
    const message = `${embedder.name} has begun to give vectors of another length`;
    throw new PortFailure("internal", message, { retryable: true });
  }
  for (const [index, hash] of [...texts.keys()].entries()) {
    const vector = made[index];
    if (vector) vectors.set(hash, vector);
  }
  const points = passages.flatMap(({ owner, text }) => {
    const vector = vectors.get(owner.hash);
    return vector ? [{ ...owner, vector, features: featuresOf(text) }] : [];
  });
  if (points.length > 0) await store.write(set, points, signal);
  await notePassages(database, set.id, owners);
  const refused = owners.length - points.length;
  return { made: points.length - reused, reused, refused };
}

/** A passage's text to embed, and its identity in the store. */
async function prepare(row: EmbeddablePassage): Promise<{ owner: VectorOwner; text: string }> {
  const { number, id, document_id: documentId } = row;
  const readable = readableText(row.text, row.media_type);
  const text = `${headingText(row.title, row.heading_path)}\n${readable}`
    .slice(0, charactersAtMost)
    .toWellFormed();
  const digest = await sha256(text);
  return {
    owner: { number, id, documentId, hash: formatUuid(digest.subarray(0, 16)) },
    text,
  };
}

/** The texts' vectors; undefined for a text that the model refuses. */
async function embedEach(
  embedder: Embedder,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<(Float32Array | undefined)[]> {
  if (texts.length === 0) return [];
  try {
    return await embedder.embed(texts, "passage", signal);
  } catch (error) {
    if (!(error instanceof PortFailure) || error.code !== "invalid") throw error;
    if (texts.length === 1) return [undefined];
    const middle = texts.length >> 1;
    const halves = [texts.slice(0, middle), texts.slice(middle)];
    const vectors = [];
    for (const half of halves) vectors.push(...(await embedEach(embedder, half, signal)));
    // A text may be refused; if all are, the request itself is at fault.
    if (vectors.every((vector) => vector === undefined)) throw error;
    return vectors;
  }
}

/** The terms of a text with BM25 frequencies, for stores with an index of their own. */
function featuresOf(text: string) {
  const counts = countTerms(text);
  let length = 0;
  for (const count of counts.values()) length += count;
  return [...counts].map(([feature, count]) => ({
    feature,
    weight: saturated(count, length, usualLength),
  }));
}
