import { PortFailure } from "../../ports/failure.ts";
import type { Logger } from "../../ports/logger.ts";
import type { VectorSet } from "../../ports/vector-store.ts";
import { embedPassages, type Embedded, type EmbedDependencies } from "./embed-passages.ts";
import { createPageSize } from "./page-size.ts";
import {
  countNoted,
  countPassages,
  type EmbeddedCount,
  findMissing,
  findStale,
  type PassageRange,
  unnotePassages,
} from "./store-vector-sets.ts";

export interface SetContentsDependencies extends EmbedDependencies {
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Called before each page of passages, and while pages are looked for. */
  readonly onPage: (set: VectorSet, page: "empty" | "full") => Promise<void>;
}

/** Adds the vectors that a set lacks, and removes outdated ones, page by page. Methods throw PortFailure. */
export interface SetContents {
  embedMissing(set: VectorSet, range: PassageRange): Promise<void>;
  removeStale(set: VectorSet): Promise<void>;
  /** Counts all passages for `progress`, which then follows what is embedded. */
  count(set: number): Promise<void>;
  /** Counts for `progress` after the set's last missing passage was embedded, and its outdated ones removed. */
  settle(set: number): Promise<void>;
  /** Whether something was embedded or removed since the last count. */
  isChanged(): boolean;
  /** Undefined before the first count. */
  progress(): EmbeddedCount | undefined;
}

const nothing: Embedded = { made: 0, reused: 0, refused: 0 };

/** Creates the contents. Pages shrink where the embedder is slow; what a page has embedded stays. */
export function createSetContents(deps: SetContentsDependencies): SetContents {
  const { database, store, logger, signal, onPage } = deps;
  const pageSize = createPageSize();
  let progress: EmbeddedCount | undefined;
  let isChanged = false;

  async function embedPage(
    set: VectorSet,
    numbers: readonly number[],
  ): Promise<Embedded | "too-slow"> {
    // Passages may have come since the last count; a last page of few needs no count of all.
    if (!isChanged && numbers.length === pageSize.now()) await count(set.id);
    isChanged = true;
    const startedAt = performance.now();
    try {
      const done = await embedPassages(deps, set, numbers, signal);
      pageSize.adapt(done.made, performance.now() - startedAt);
      const embedded = (progress?.embedded ?? 0) + numbers.length;
      progress = { embedded, total: Math.max(progress?.total ?? 0, embedded) };
      return done;
    } catch (error) {
      const isLate = error instanceof PortFailure && error.code === "timeout";
      if (!isLate || numbers.length === 1) throw error;
      pageSize.shrink(numbers.length);
      return "too-slow";
    }
  }

  async function count(set: number): Promise<void> {
    const total = await countPassages(database);
    progress = { embedded: Math.min(await countNoted(database, set), total), total };
    isChanged = false;
  }

  return {
    async embedMissing(set, range) {
      const total = { made: 0, reused: 0, refused: 0 };
      let after: number | null = 0;
      while (after !== null) {
        const page = await findMissing(database, set.id, { range, after, limit: pageSize.now() });
        const isEmpty = page.numbers.length === 0;
        await onPage(set, isEmpty ? "empty" : "full");
        const done = isEmpty ? nothing : await embedPage(set, page.numbers);
        signal.throwIfAborted();
        if (done === "too-slow") continue;
        total.made += done.made;
        total.reused += done.reused;
        total.refused += done.refused;
        after = page.next;
      }
      if (total.made + total.reused + total.refused === 0) return;
      const { model, dimensions } = set;
      logger.info("passages embedded", { model, dimensions, range, ...total });
    },
    async removeStale(set) {
      let after: number | null = 0;
      while (after !== null) {
        const page = await findStale(database, set.id, after);
        if (page.numbers.length > 0) {
          await store.remove(set, page.numbers, signal);
          await unnotePassages(database, set.id, page.numbers);
          isChanged = true;
        }
        signal.throwIfAborted();
        after = page.next;
      }
    },
    count,
    async settle(set) {
      if (!isChanged) return;
      const embedded = await countNoted(database, set);
      progress = { embedded, total: embedded };
      isChanged = false;
    },
    isChanged: () => isChanged,
    progress: () => progress,
  };
}
