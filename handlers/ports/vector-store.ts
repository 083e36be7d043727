/** The vectors one embedder made of all passages. */
export interface VectorSet {
  readonly id: number;
  /** The embedder's name. */
  readonly model: string;
  readonly dimensions: number;
}

/** Which passage a vector belongs to. */
export interface VectorOwner {
  /** Names the passage's present revision, and is new with each. */
  readonly number: number;
  /** Stays the same when the document is changed: a UUID. */
  readonly id: string;
  readonly documentId: string;
  /** Of the text that was embedded: a UUID. */
  readonly hash: string;
}

/** A lexical feature (32 bits, signed) and how much it counts. */
export interface FeatureWeight {
  readonly feature: number;
  readonly weight: number;
}

export interface VectorPoint extends VectorOwner {
  /** Of length 1. */
  readonly vector: Float32Array;
  /** BM25's term frequencies; the rarity of a feature is the store's to know. */
  readonly features: readonly FeatureWeight[];
}

/** What to look for: the question's vector and, where the store has them, its terms. */
export interface VectorQuery {
  readonly vector: Float32Array;
  readonly features: readonly FeatureWeight[];
  readonly limit: number;
}

/** A passage whose vector lies near to a question's. */
export interface NearPassage extends Pick<VectorOwner, "number" | "id"> {
  /** The cosine of the angle between the two. */
  readonly nearness: number;
}

/**
 * Keeps passages' vectors. What they say stays in the database, which also knows what is to be seen: a
 * store may name passages that are gone. Everything throws PortFailure, and writing twice is writing once.
 */
export interface VectorStore {
  /** Where the vectors lie; sets of another place are not this store's. */
  readonly name: string;
  /** Makes room for a set where there is none; `empty` when there was none. */
  open(set: VectorSet, signal: AbortSignal): Promise<"empty" | "found">;
  /** The vectors there already are for these passages' very texts, by hash. */
  known(
    set: VectorSet,
    owners: readonly VectorOwner[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Float32Array>>;
  write(set: VectorSet, points: readonly VectorPoint[], signal: AbortSignal): Promise<void>;
  /** Takes revisions of passages out. */
  remove(set: VectorSet, numbers: readonly number[], signal: AbortSignal): Promise<void>;
  /** Takes a whole set out. */
  drop(set: VectorSet, signal: AbortSignal): Promise<void>;
  /** The nearest passages, best first. */
  nearest(set: VectorSet, query: VectorQuery, signal: AbortSignal): Promise<readonly NearPassage[]>;
}

/** A passage as somebody else's collection has it; what it does not say is empty. */
export interface ForeignPassage {
  readonly id: string;
  readonly path: string;
  readonly title: string;
  readonly url: string | null;
  readonly headingPath: readonly string[];
  readonly text: string;
  /** The cosine to the question, or what comes closest to it where the collection measures otherwise. */
  readonly nearness: number;
}

/** A collection that another system filled: it is read and never written to. */
export interface ForeignCollection {
  readonly name: string;
  /** How long its vectors are. Throws PortFailure. */
  dimensions(signal: AbortSignal): Promise<number>;
  /**
   * The nearest passages, best first.
   *
   * @throws PortFailure `invalid` when the collection's vectors are of another kind than the question's
   */
  nearest(
    query: Pick<VectorQuery, "vector" | "limit">,
    signal: AbortSignal,
  ): Promise<readonly ForeignPassage[]>;
}

/** Where vectors are, other than in the database. */
export type OutsideVectors =
  | { readonly kind: "outside"; readonly store: VectorStore }
  | { readonly kind: "foreign"; readonly collection: ForeignCollection };
