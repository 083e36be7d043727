import { createBackgroundJob, type BackgroundJob } from "../../lib/background-job.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { VectorStore } from "../../ports/vector-store.ts";
import { createSetContents } from "./set-contents.ts";
import type { EmbedDependencies } from "./embed-passages.ts";
import {
  claimSet,
  type EmbeddedCount,
  findMissing,
  forgetPassages,
  forgetSet,
  openSet,
  readSets,
  releaseSet,
  serveSet,
  type StoredSet,
} from "./store-vector-sets.ts";

/** Embeds passages without vectors in the background. */
export interface BackgroundEmbedder extends Pick<
  BackgroundJob,
  "wake" | "runIfDue" | "idle" | "stop"
> {
  /** The passages embedded for the embedder's current model; undefined before the first documents. */
  progress(): EmbeddedCount | undefined;
  /** Embeds all passages again if the embedder's vectors have another length than those stored; returns at once. */
  doubtLength(): void;
}

export interface BackgroundEmbedderOptions extends EmbedDependencies {
  /** All stores that may contain old sets. */
  readonly stores: readonly VectorStore[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when searches should use another set. */
  readonly onServing: () => Promise<void>;
  /** Milliseconds to wait after a first failure; doubled after each further one. */
  readonly firstRetry?: number;
}

const leaseSeconds = 120;

/**
 * Creates the background embedder: it fills a set for the embedder's current model, serves it once complete,
 * and then deletes older sets and outdated vectors. After an interruption it continues where it was. Of several
 * instances one works; the others check again later.
 */
export function createBackgroundEmbedder(options: BackgroundEmbedderOptions): BackgroundEmbedder {
  const { database, store, stores, embedder, clock, logger, onServing } = options;
  const holder = crypto.randomUUID();
  /** The vectors' length, known after the first embedding of this process. */
  let dimensions: number | undefined;
  let served: number | undefined;
  let isLengthDoubted = false;

  const job = createBackgroundJob({
    run: async () => {
      try {
        return (await fill()) === "busy" ? leaseSeconds * 1000 : undefined;
      } catch (error) {
        dimensions = undefined;
        throw error;
      }
    },
    failed: "passages not embedded yet",
    lostAfter: 2 * leaseSeconds * 1000,
    firstRetry: options.firstRetry,
    clock,
    logger,
  });
  const { signal } = job;
  const contents = createSetContents({
    ...options,
    signal,
    async onPage(set, page) {
      job.moved();
      if (page === "full") await claimSet(database, set.id, holder, leaseSeconds);
    },
  });

  async function fill(): Promise<"done" | "busy"> {
    const sets = await readSets(database);
    // Another instance, with another model, has replaced this one's set.
    if (served !== undefined && !sets.some(({ id }) => id === served)) return "done";
    const known = sets.find((set) => set.store === store.name && set.model === embedder.name);
    const any = { range: "all" as const, after: 0, limit: 1 };
    const { numbers } = await findMissing(database, known?.id ?? 0, any);
    if (numbers.length === 0 && known === undefined) return "done";
    if (contents.progress() === undefined) await contents.count(known?.id ?? 0);
    const isFilled = known?.state === "serving" && numbers.length === 0;
    if (!isFilled || isLengthDoubted) dimensions ??= await learnDimensions();
    isLengthDoubted = false;
    const set =
      dimensions === undefined && known
        ? known
        : await openSet(database, {
            store: store.name,
            model: embedder.name,
            dimensions: dimensions ?? 0,
          });
    if (!(await claimSet(database, set.id, holder, leaseSeconds))) {
      await contents.count(set.id);
      return "busy";
    }
    try {
      if ((await store.open(set, signal)) === "empty") await forgetPassages(database, set.id);
      // Until a set is served, documents can at least be found by their first passages.
      if (!sets.some(({ state }) => state === "serving")) {
        await contents.embedMissing(set, "openings");
        await serve(set);
      }
      await contents.embedMissing(set, "all");
      await serve(set);
      for (const old of sets) {
        if (old.id >= set.id) continue;
        await stores.find(({ name }) => name === old.store)?.drop(old, signal);
        await forgetSet(database, old.id);
      }
      await contents.removeStale(set);
      await contents.settle(set.id);
    } finally {
      if (contents.isChanged()) await contents.count(set.id).catch(() => undefined);
      await releaseSet(database, set.id, holder).catch(() => undefined);
    }
    return "done";
  }

  async function serve(set: StoredSet): Promise<void> {
    if (served === set.id) return;
    if (set.state === "filling") await serveSet(database, set.id);
    await onServing();
    served = set.id;
  }

  async function learnDimensions(): Promise<number> {
    const [vector] = await embedder.embed(["Docent"], "passage", signal);
    return vector?.length ?? 0;
  }

  const { wake, runIfDue, idle, stop } = job;
  function doubtLength(): void {
    isLengthDoubted = true;
    dimensions = undefined;
    wake();
  }

  return { wake, runIfDue, idle, stop, progress: () => contents.progress(), doubtLength };
}
