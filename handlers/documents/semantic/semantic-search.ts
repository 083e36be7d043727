import { describeCause } from "../../lib/describe-cause.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Database, Statement } from "../../ports/database.ts";
import type { Embedder } from "../../ports/embedder.ts";
import { PortFailure } from "../../ports/failure.ts";
import type { Logger } from "../../ports/logger.ts";
import type { ForeignCollection, ForeignPassage, VectorStore } from "../../ports/vector-store.ts";
import { inSpan } from "../../lib/spans.ts";
import { spanNames, spanOperations } from "../../lib/span-names.ts";
import { resolvesWithin } from "../../lib/time.ts";
import type { TraceSpan } from "../../ports/tracer.ts";
import { readSets, type StoredSet } from "./store-vector-sets.ts";
import { listedStatement, type DatabaseVectors } from "./store-vectors.ts";
import type { Term } from "../index/terms.ts";

/** A service that a search left out, by its name in /api/health. */
export type MissedService = "embedder" | "vector_store";

/** The nearest passages of a vector set. */
export interface NearestOwn {
  readonly set: number;
  /**
   * The statement of `nearestStatement`; passages with the given numbers are included if their nearness is
   * known.
   */
  nearest(numbers: readonly number[]): Statement;
}

/** The passages nearest to a question. */
export interface Nearness {
  /** Nearest passages of this database, to be read with their texts. */
  readonly own: NearestOwn | undefined;
  /** Nearest passages of a foreign collection, best first. */
  readonly foreign: readonly ForeignPassage[];
  readonly degraded: readonly MissedService[];
}

/** Finds passages by meaning, through vectors. */
export interface SemanticSearch {
  /** Finds the nearest passages. Never throws: services that are down or late are listed in `degraded`. */
  find(question: string, terms: readonly Term[], span?: TraceSpan): Promise<Nearness>;
  /** Looks up the set to search. Throws PortFailure. */
  readonly refresh: () => Promise<void>;
}

/** The place in which vectors are searched. */
type VectorPlace =
  | { readonly kind: "database"; readonly vectors: DatabaseVectors }
  | { readonly kind: "outside"; readonly store: VectorStore }
  | { readonly kind: "foreign"; readonly collection: ForeignCollection };

const none: Nearness = { own: undefined, foreign: [], degraded: [] };
const nearestLimit = 24;
/** Milliseconds that a question waits for each service, at most. */
export type Patience = Readonly<Record<MissedService, number>>;

const usualPatience: Patience = { embedder: 2000, vector_store: 2000 };
/** Milliseconds after which the set is looked up again, because another instance may have changed the model. */
const refreshedAfter = 30_000;

/** Creates the semantic search over the served set, or over a foreign collection. */
export function createSemanticSearch(options: {
  readonly database: Database;
  readonly embedder: Embedder;
  readonly place: VectorPlace;
  /** The services that are the reason why no set can be searched yet. */
  readonly missed: () => readonly MissedService[];
  /** Called when the embedder's vectors have another length than the served ones, which it once made. */
  readonly onOtherLength: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly patience?: Patience;
}): SemanticSearch {
  const { database, embedder, place, missed, clock, logger } = options;
  const { patience = usualPatience } = options;
  let serving: { readonly set: StoredSet; readonly embedder: Embedder } | undefined;
  /** A lookup of the set that is under way. */
  let pending: Promise<void> | undefined;
  let refreshedAt = -Infinity;
  let isLookedUp = false;
  let told: string | undefined;

  function refresh(): Promise<void> {
    refreshedAt = clock.monotonic();
    const lookup = lookUp().finally(() => (pending = undefined));
    pending = lookup;
    return lookup;
  }

  async function lookUp(): Promise<void> {
    if (place.kind === "foreign") return;
    const name = place.kind === "database" ? place.vectors.name : place.store.name;
    const sets = await readSets(database);
    serving = sets
      .filter(({ state, store }) => state === "serving" && store === name)
      .flatMap((set) => {
        const asked = set.model === embedder.name ? embedder : embedder.earlier(set.model);
        return asked ? [{ set, embedder: asked }] : [];
      })[0];
    isLookedUp = true;
  }

  /** Whether the set is looked up; waits for the first lookup as long as for the vector store. Never throws. */
  async function waitForLookup(): Promise<boolean> {
    if (!isLookedUp) {
      return resolvesWithin(pending ?? refresh(), patience.vector_store).catch(() => false);
    }
    if (clock.monotonic() - refreshedAt > refreshedAfter) void refresh().catch(() => undefined);
    return true;
  }

  /** Logs a failure once until another one occurs. */
  function doWithout(service: MissedService, error: unknown): Nearness {
    const reason = error instanceof PortFailure ? error.message : describeCause(error);
    if (told !== `${service} ${reason}`) logger.warn("search by words alone", { service, reason });
    told = `${service} ${reason}`;
    return { ...none, degraded: [service] };
  }

  async function findForeign(
    question: string,
    collection: ForeignCollection,
    span: TraceSpan | undefined,
  ): Promise<Nearness> {
    const signal = AbortSignal.timeout(patience.embedder + patience.vector_store);
    let service: MissedService = "vector_store";
    try {
      const sized = embedder.resized(await collection.dimensions(signal));
      service = "embedder";
      const vector = await embed(sized, question, patience.embedder, span);
      service = "vector_store";
      if (vector === undefined) return none;
      return {
        ...none,
        foreign: await collection.nearest({ vector, limit: nearestLimit }, signal),
      };
    } catch (error) {
      return doWithout(service, error);
    }
  }

  return {
    refresh,
    async find(question, terms, span) {
      if (question.trim() === "") return none;
      if (place.kind === "foreign") return findForeign(question, place.collection, span);
      if (!(await waitForLookup())) return { ...none, degraded: ["vector_store"] };
      const asked = serving;
      if (asked === undefined) return { ...none, degraded: missed() };
      let vector: Float32Array | undefined;
      try {
        vector = await embed(asked.embedder, question, patience.embedder, span);
      } catch (error) {
        return doWithout("embedder", error);
      }
      const { set } = asked;
      if (vector === undefined) return none;
      if (set.dimensions !== vector.length) {
        if (asked.embedder === embedder) options.onOtherLength();
        return doWithout("embedder", otherLength(set, vector));
      }
      if (place.kind === "database") {
        const { vectors } = place;
        const nearest = (numbers: readonly number[]) =>
          vectors.nearestStatement(set, vector, nearestLimit, numbers);
        return { ...none, own: { set: set.id, nearest } };
      }
      try {
        const query = { vector, features: terms, limit: nearestLimit };
        const signal = AbortSignal.timeout(patience.vector_store);
        const listed = listedStatement(await place.store.nearest(set, query, signal));
        return { ...none, own: { set: set.id, nearest: () => listed } };
      } catch (error) {
        return doWithout("vector_store", error);
      }
    },
  };
}

function otherLength({ dimensions }: StoredSet, { length }: Float32Array): PortFailure {
  const message = `the embedder now gives vectors of ${length} dimensions, and the stored ones have ${dimensions}`;
  return new PortFailure("internal", message, { retryable: true });
}

async function embed(
  by: Embedder,
  question: string,
  patience: number,
  parent: TraceSpan | undefined,
): Promise<Float32Array | undefined> {
  const signal = AbortSignal.timeout(patience);
  // A name is `provider/model`, or only the model's.
  const [provider, ...model] = by.name.split("/");
  const span = parent?.start(`${spanOperations.embeddings} ${by.name}`, "client", {
    [spanNames.operation]: spanOperations.embeddings,
    [spanNames.provider]: provider,
    [spanNames.requestModel]: model.join("/") || provider,
  });
  const [vector] = await inSpan(span, () => by.embed([question.toWellFormed()], "query", signal));
  return vector;
}
