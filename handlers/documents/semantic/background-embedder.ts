import { describeCause } from "../../lib/describe-cause.ts";
import type { Clock } from "../../ports/clock.ts";
import { PortFailure } from "../../ports/failure.ts";
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
export interface BackgroundEmbedder {
  /** Looks for passages to embed now; returns at once. */
  readonly wake: () => void;
  /**
   * For platforms without timers between requests: continues if a retry is due. Settles when the work is done
   * or must be retried later.
   */
  runIfDue(): Promise<void>;
  /** Stops the work; finished vectors stay. */
  stop(): Promise<void>;
  /** Settles when nothing is left to do or it must be retried later. */
  idle(): Promise<void>;
  /** The passages embedded for the embedder's current model; undefined before the first documents. */
  progress(): EmbeddedCount | undefined;
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
 * Milliseconds without progress after which the work counts as lost: on some platforms it ends with its
 * request.
 */
const lostAfter = 2 * leaseSeconds * 1000;
const longestRetry = 300_000;
/** Milliseconds to wait after a failure that a retry cannot mend. */
const hopelessRetry = 3_600_000;

/**
 * Creates the background embedder: it fills a set for the embedder's current model, serves it once complete,
 * and then deletes older sets and outdated vectors. After an interruption it continues where it was. Of several
 * instances one works; the others check again later.
 */
export function createBackgroundEmbedder(options: BackgroundEmbedderOptions): BackgroundEmbedder {
  const { database, store, stores, embedder, clock, logger, onServing } = options;
  const { firstRetry = 1000 } = options;
  const holder = crypto.randomUUID();
  const stopping = new AbortController();
  const { signal } = stopping;
  let wanted = false;
  let working: Promise<void> | undefined;
  let failures = 0;
  let movedAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer is due; on some platforms it never fires, because its request has ended. */
  let retryAt = 0;
  /** The vectors' length, known after the first embedding of this process. */
  let dimensions: number | undefined;
  let served: number | undefined;
  const contents = createSetContents({
    ...options,
    signal,
    async onPage(set, page) {
      movedAt = clock.monotonic();
      if (page === "full") await claimSet(database, set.id, holder, leaseSeconds);
    },
  });

  function wake(): void {
    wanted = true;
    if (signal.aborted || (timer !== undefined && clock.monotonic() < retryAt)) return;
    clearTimeout(timer);
    timer = undefined;
    if (working && clock.monotonic() - movedAt <= lostAfter) return;
    movedAt = clock.monotonic();
    const begun = work().finally(() => {
      if (working === begun) working = undefined;
    });
    working = begun;
  }

  async function work(): Promise<void> {
    while (wanted && !signal.aborted) {
      wanted = false;
      try {
        if ((await fill()) === "busy") later(leaseSeconds * 1000);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        dimensions = undefined;
        failures += 1;
        const failure = error instanceof PortFailure ? error : undefined;
        const usual = Math.min(firstRetry * 2 ** (failures - 1), longestRetry);
        const wait =
          failure?.retryable === false ? hopelessRetry : Math.max(failure?.retryAfter ?? 0, usual);
        const reason = failure?.message ?? describeCause(error);
        const code = failure?.code ?? "internal";
        logger.warn("passages not embedded yet", { code, reason, retry_in_ms: wait });
        later(wait);
      }
      if (timer !== undefined) return;
    }
  }

  function later(milliseconds: number): void {
    retryAt = clock.monotonic() + milliseconds;
    timer = setTimeout(() => {
      timer = undefined;
      wake();
    }, milliseconds);
  }

  async function fill(): Promise<"done" | "busy"> {
    const sets = await readSets(database);
    // Another instance, with another model, has replaced this one's set.
    if (served !== undefined && !sets.some(({ id }) => id === served)) return "done";
    const known = sets.find((set) => set.store === store.name && set.model === embedder.name);
    const any = { range: "all" as const, after: 0, limit: 1 };
    const { numbers } = await findMissing(database, known?.id ?? 0, any);
    if (numbers.length === 0 && known === undefined) return "done";
    if (contents.progress() === undefined) await contents.count(known?.id ?? 0);
    if (known === undefined || known.state === "filling" || numbers.length > 0) {
      dimensions ??= await learnDimensions();
    }
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

  return {
    wake,
    idle: async () => working,
    progress: () => contents.progress(),
    async runIfDue() {
      if (timer !== undefined) wake();
      await working;
    },
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await working;
    },
  };
}
