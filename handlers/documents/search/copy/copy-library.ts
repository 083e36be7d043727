import type { BackgroundJob } from "../../../lib/background-job.ts";
import type { Database } from "../../../ports/database.ts";
import { readIndexBlocks, type PostingBlock } from "../../index/store-segments.ts";
import { copySegment, type CopiedSegment } from "./copied-segment.ts";
import { fitBudget, type FeatureRow, type LibraryReader, type SizedCandidate } from "../store.ts";
import {
  countSearched,
  readCandidatesAfter,
  readFacts,
  type LibraryFacts,
} from "./store-library.ts";

/** The largest library that is copied: some 15 MB of texts and posting lists. */
const mostPassages = 5000;
const mostCharacters = 8_000_000;
/** Rows of one statement, so that none holds the embedded database up. */
const blocksAtOnce = 100;
const passagesAtOnce = 200;
/** Before all features, which are 32-bit hashes, and all segments. */
const beginning = { feature: -(2 ** 31), segment: 0 };

/** All that a search by words reads, as it was in one moment. */
export interface CopiedLibrary extends LibraryReader {
  readonly version: string;
}

/**
 * Copies all that a search by words reads; undefined where that is too much, or changes meanwhile.
 *
 * @throws PortFailure
 */
export async function copyLibrary(
  database: Database,
  { signal, moved }: Pick<BackgroundJob, "signal" | "moved">,
): Promise<CopiedLibrary | undefined> {
  const step = async <Result>(work: Promise<Result>): Promise<Result> => {
    const result = await work;
    signal.throwIfAborted();
    moved();
    return result;
  };
  if ((await step(countSearched(database))) > mostPassages) return undefined;
  const facts = await step(readFacts(database));
  if (!facts) return undefined;
  const segments: CopiedSegment[] = [];
  for (const { id } of facts.segments) segments.push(copySegment(await readBlocks(id)));
  const candidates = new Map<number, SizedCandidate>();
  let characters = 0;
  for (let after = -1; ;) {
    const rows = await step(readCandidatesAfter(database, after, passagesAtOnce));
    for (const row of rows) {
      candidates.set(row.number, row);
      characters += row.text.length;
    }
    if (characters > mostCharacters) return undefined;
    if (rows.length < passagesAtOnce) break;
    after = rows.at(-1)?.number ?? 0;
  }
  const now = await step(readFacts(database));
  if (now?.version !== facts.version) return undefined;
  return {
    version: facts.version,
    readPostings: async (features, budget) => findPostings(segments, facts, features, budget),
    readCandidates: async (numbers, budget) => fitBudget(numbers, candidates, budget),
  };

  async function readBlocks(segment: number): Promise<PostingBlock[]> {
    const blocks: PostingBlock[] = [];
    for (let after = beginning; ;) {
      const read = await step(readIndexBlocks(database, [segment], after, blocksAtOnce));
      blocks.push(...read);
      if (read.length < blocksAtOnce) return blocks;
      after = { feature: read.at(-1)?.features[0] ?? 0, segment };
    }
  }
}

/** What `readPostings` finds in the database. */
function findPostings(
  segments: readonly CopiedSegment[],
  { passages, terms }: LibraryFacts,
  features: readonly number[],
  budget: number,
): FeatureRow[] {
  const found = features.flatMap((feature) => {
    const lists = segments.flatMap((segment) => segment.find(feature) ?? []);
    const size = lists.reduce((sum, list) => sum + list.length, 0);
    return lists.length === 0 ? [] : { feature, lists, size };
  });
  found.sort((one, other) => one.size - other.size || one.feature - other.feature);
  let read = 0;
  return found.map(({ feature, lists, size }) => {
    read += size;
    const whole = read <= budget;
    return { feature, whole, size, postings: whole ? join(lists) : nothing, passages, terms };
  });
}

const nothing = new Uint8Array(0);

function join(lists: readonly Uint8Array[]): Uint8Array {
  const [first = nothing] = lists;
  if (lists.length === 1) return first;
  const joined = new Uint8Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    joined.set(list, at);
    at += list.length;
  }
  return joined;
}
