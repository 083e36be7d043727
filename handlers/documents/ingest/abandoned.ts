import type { Database } from "../../ports/database.ts";
import { forgetAbandoned, readAbandoned, writeAbandoned } from "./store-abandoned.ts";

/** A source's documents that were given up, so that a start does not spend the same work in vain again. */
export interface Abandoned {
  /** Why an earlier ingest gave up this document; undefined when it did not, or the document has changed. */
  failureOf(path: string, hash: string): string | undefined;
  /** Notes a document that is given up now. @throws PortFailure */
  add(path: string, hash: string, failure: string): Promise<void>;
  /** Forgets the documents that were changed, removed or read since. @throws PortFailure */
  tidy(): Promise<void>;
}

/** Reads what earlier ingests of a source gave up. @throws PortFailure */
export async function openAbandoned(database: Database, source: string): Promise<Abandoned> {
  const earlier = new Map(
    (await readAbandoned(database, source)).map((each) => [each.path, each] as const),
  );
  const current = new Set<string>();
  return {
    failureOf(path, hash) {
      const found = earlier.get(path);
      if (found?.hash !== hash) return undefined;
      current.add(path);
      return `${found.failure}; it has not changed since, so it is not read again`;
    },
    async add(path, hash, failure) {
      current.add(path);
      await writeAbandoned(database, source, { path, hash, failure });
    },
    async tidy() {
      const gone = [...earlier.keys()].filter((path) => !current.has(path));
      if (gone.length > 0) await forgetAbandoned(database, source, gone);
    },
  };
}
