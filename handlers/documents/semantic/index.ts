import type { Clock } from "../../ports/clock.ts";
import type { Database } from "../../ports/database.ts";
import type { Embedder } from "../../ports/embedder.ts";
import { PortFailure } from "../../ports/failure.ts";
import type { Logger } from "../../ports/logger.ts";
import type { OutsideVectors, VectorStore } from "../../ports/vector-store.ts";
import { createBackgroundEmbedder } from "./background-embedder.ts";
import type { EmbeddedCount } from "./store-vector-sets.ts";
import { forgetDocument } from "./forget-document.ts";
import { createSemanticSearch, type SemanticSearch, type Patience } from "./semantic-search.ts";
import { createDatabaseVectors, type VectorIndex } from "./store-vectors.ts";

/** The vectors: searching them and making them. */
export interface Vectors {
  readonly semanticSearch: SemanticSearch;
  /** Looks for passages without vectors; returns at once. */
  readonly wake: () => void;
  /** Deletes the vectors of a document that was removed, within 2 s or else later. Never throws. */
  forget(documentId: string): Promise<void>;
  /** Looks up the set to search, and loads a local model. Never throws. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** See `BackgroundEmbedder`. */
  runIfDue(): Promise<void>;
  /** Settles when nothing is being embedded. */
  idle(): Promise<void>;
  /** For /api/health: see `BackgroundEmbedder`. */
  progress(): EmbeddedCount | undefined;
  /**
   * For /api/health: `healthy`, or `lexical_only` when the database cannot store vectors; undefined when
   * another store has them.
   */
  statusOverride(): "healthy" | "lexical_only" | undefined;
}

export interface VectorsOptions {
  readonly database: Database;
  readonly embedder: Embedder;
  /** Undefined: in the database, with `index`. */
  readonly outside: OutsideVectors | undefined;
  readonly index: VectorIndex;
  readonly clock: Clock;
  readonly logger: Logger;
  /** See `createBackgroundEmbedder`. */
  readonly firstRetry?: number;
  /** 2,000 ms for each service by default. */
  readonly patience?: Patience;
}

const forgetMilliseconds = 2000;

/** Wires semantic search and background embedder; over a foreign collection only the search. */
export function createVectors(options: VectorsOptions): Vectors {
  const { database, outside, index } = options;
  let isEmbedderOut = false;
  const embedder: Embedder = {
    ...options.embedder,
    async embed(...asked) {
      try {
        const vectors = await options.embedder.embed(...asked);
        isEmbedderOut = false;
        return vectors;
      } catch (error) {
        // The embedder may have refused only this text.
        isEmbedderOut = !(error instanceof PortFailure) || error.code !== "invalid";
        throw error;
      }
    },
  };
  const vectors = createDatabaseVectors(database, index);
  const place = outside ?? { kind: "database" as const, vectors };
  const semanticSearch = createSemanticSearch({
    ...options,
    place,
    missed: () => (isEmbedderOut ? ["embedder"] : []),
    onOtherLength: () => backgroundEmbedder.doubtLength(),
  });
  if (place.kind === "foreign") {
    const none = {
      wake: () => undefined,
      start: nothing,
      stop: nothing,
      idle: nothing,
      runIfDue: nothing,
      progress: () => undefined,
      forget: nothing,
    };
    return { ...none, semanticSearch, statusOverride: () => undefined };
  }
  let isMissing = false;
  const inDatabase: VectorStore = {
    ...vectors,
    async open(set, signal) {
      const found = vectors.open(set, signal);
      isMissing = await found.then(
        () => false,
        (error: unknown) => error instanceof PortFailure && error.code === "invalid",
      );
      return found;
    },
  };
  const store = place.kind === "database" ? inDatabase : place.store;
  const backgroundEmbedder = createBackgroundEmbedder({
    ...options,
    embedder,
    store,
    stores: [vectors, store],
    onServing: semanticSearch.refresh,
  });
  return {
    ...backgroundEmbedder,
    semanticSearch,
    async forget(documentId) {
      const deps = { database, stores: [vectors, store] };
      const signal = AbortSignal.timeout(forgetMilliseconds);
      await forgetDocument(documentId, deps, signal).catch(() => undefined);
    },
    async start() {
      await semanticSearch.refresh().catch(() => undefined);
      embedder.prepare?.();
    },
    statusOverride: () => (outside ? undefined : isMissing ? "lexical_only" : "healthy"),
  };
}

function nothing(): Promise<void> {
  return Promise.resolve();
}
