import type { Database } from "../../ports/database.ts";
import { charactersAtOnce, type Embedder } from "../../ports/embedder.ts";
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
 * under another number is not embedded again; a passage that the model refuses is only found by its words. Each
 * request's vectors are stored at once, and stay when a later request fails.
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
  const known = await store.known(set, owners, signal);
  const texts = new Map<string, string>();
  for (const { owner, text } of passages) if (!known.has(owner.hash)) texts.set(owner.hash, text);
  let written = 0;

  /** Stores the passages with these vectors, so that a later failure does not undo them. */
  async function keep(vectors: ReadonlyMap<string, Float32Array>): Promise<void> {
    const points = passages.flatMap(({ owner, text }) => {
      const vector = vectors.get(owner.hash);
      return vector ? [{ ...owner, vector, features: featuresOf(text) }] : [];
    });
    if (points.length === 0) return;
    if (points.some(({ vector }) => vector.length !== set.dimensions)) {
      const message = `${embedder.name} has begun to give vectors of another length`;
      throw new PortFailure("internal", message, { retryable: true });
    }
    await store.write(set, points, signal);
    await notePassages(database, set.id, points);
    written += points.length;
  }

  await keep(known);
  const reused = written;
  for (const request of inRequests([...texts])) {
    for await (const vectors of embedInParts(embedder, request, signal)) await keep(vectors);
  }
  const made = written - reused;
  // What has no vector now was refused.
  await notePassages(database, set.id, owners);
  return { made, reused, refused: owners.length - written };
}

/** A text's hash, and the text. */
type HashedText = readonly [hash: string, text: string];

/** The texts in groups of at most 60,000 characters, which one request of an embedder may contain. */
function* inRequests(texts: readonly HashedText[]): Generator<readonly HashedText[]> {
  let request: HashedText[] = [];
  let characters = 0;
  for (const each of texts) {
    if (request.length > 0 && characters + each[1].length > charactersAtOnce) {
      yield request;
      request = [];
      characters = 0;
    }
    request.push(each);
    characters += each[1].length;
  }
  if (request.length > 0) yield request;
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

/**
 * The texts' vectors by hash, part by part as they come. A text that the model refuses has none.
 *
 * @throws PortFailure
 */
async function* embedInParts(
  embedder: Embedder,
  texts: readonly HashedText[],
  signal: AbortSignal,
): AsyncGenerator<ReadonlyMap<string, Float32Array>> {
  const vectors = await embedOrRefuse(embedder, texts, signal);
  if (!(vectors instanceof PortFailure)) return yield vectors;
  if (texts.length === 1) return;
  const middle = texts.length >> 1;
  let isAnyAccepted = false;
  for (const half of [texts.slice(0, middle), texts.slice(middle)]) {
    for await (const part of embedInParts(embedder, half, signal)) {
      isAnyAccepted = true;
      yield part;
    }
  }
  // A text may be refused; if all are, the request itself is at fault.
  if (!isAnyAccepted) throw vectors;
}

/** The vectors by hash, or the failure if one of the texts was refused. @throws PortFailure */
async function embedOrRefuse(
  embedder: Embedder,
  texts: readonly HashedText[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Float32Array> | PortFailure> {
  try {
    const plain = texts.map(([, text]) => text);
    const vectors = await embedder.embed(plain, "passage", signal);
    return new Map(
      texts.flatMap(([hash], index) => {
        const vector = vectors[index];
        return vector ? [[hash, vector]] : [];
      }),
    );
  } catch (error) {
    if (error instanceof PortFailure && error.code === "invalid") return error;
    throw error;
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
