/** The vectors that one embedder made of all passages. */
export interface VectorSet {
  readonly id: number;
  /** The embedder's name. */
  readonly model: string;
  readonly dimensions: number;
}

/** The passage that a vector belongs to. */
export interface VectorOwner {
  /** The number of the passage's current revision; each revision gets a new one. */
  readonly number: number;
  /** Stays the same when the document is changed: a UUID. */
  readonly id: string;
  readonly documentId: string;
  /** The hash of the embedded text, as a UUID. */
  readonly hash: string;
}

/** A lexical feature (a signed 32-bit number) and its weight. */
export interface FeatureWeight {
  readonly feature: number;
  readonly weight: number;
}

export interface VectorPoint extends VectorOwner {
  /** Of length 1. */
  readonly vector: Float32Array;
  /** BM25's weighted term frequencies; the store multiplies by a feature's rarity (IDF). */
  readonly features: readonly FeatureWeight[];
}

/** A search: the question's vector and, for stores that hold features, its terms. */
export interface VectorQuery {
  readonly vector: Float32Array;
  readonly features: readonly FeatureWeight[];
  readonly limit: number;
}

/** A passage whose vector is near to a question's. */
export interface NearPassage extends Pick<VectorOwner, "number" | "id"> {
  /** The cosine of the angle between the two vectors. */
  readonly nearness: number;
}

/**
 * Stores passages' vectors. The texts stay in the database, which drops results that are out of date: a store
 * may return passages that no longer exist. Writing the same point twice changes nothing. All methods throw
 * PortFailure.
 */
export interface VectorStore {
  /** Identifies the place of the vectors, such as server and collection; each place has its own sets. */
  readonly name: string;
  /** Creates the set's collection if it does not exist; `empty` when it did not. */
  open(set: VectorSet, signal: AbortSignal): Promise<"empty" | "found">;
  /** The stored vectors of these passages' texts, by hash. */
  known(
    set: VectorSet,
    owners: readonly VectorOwner[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Float32Array>>;
  write(set: VectorSet, points: readonly VectorPoint[], signal: AbortSignal): Promise<void>;
  /** Deletes the vectors of these revisions of passages. */
  remove(set: VectorSet, numbers: readonly number[], signal: AbortSignal): Promise<void>;
  /** Deletes a whole set. */
  drop(set: VectorSet, signal: AbortSignal): Promise<void>;
  /** The nearest passages, best first. */
  nearest(set: VectorSet, query: VectorQuery, signal: AbortSignal): Promise<readonly NearPassage[]>;
}

/** A passage of a foreign collection; fields that the collection lacks are empty. */
export interface ForeignPassage {
  readonly id: string;
  readonly path: string;
  readonly title: string;
  readonly url: string | null;
  readonly headingPath: readonly string[];
  readonly text: string;
  /** The cosine of the angle to the question's vector, or an estimate where the collection measures otherwise. */
  readonly nearness: number;
}

/** A collection that another system fills: Docent reads it and never writes to it. */
export interface ForeignCollection {
  readonly name: string;
  /** The length of its vectors. @throws PortFailure */
  dimensions(signal: AbortSignal): Promise<number>;
  /**
   * The nearest passages, best first.
   *
   * @throws PortFailure `invalid` when the collection's vectors do not fit the question's
   */
  nearest(
    query: Pick<VectorQuery, "vector" | "limit">,
    signal: AbortSignal,
  ): Promise<readonly ForeignPassage[]>;
}

/** A vector store or collection outside the database. */
export type OutsideVectors =
  | { readonly kind: "outside"; readonly store: VectorStore }
  | { readonly kind: "foreign"; readonly collection: ForeignCollection };
