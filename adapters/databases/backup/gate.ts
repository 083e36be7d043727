import type { Database, Statement } from "../../../handlers/ports/database.ts";

/** The database as Docent uses it; the backup itself uses the one behind. */
export interface Gate extends Database {
  /** Refuses writes from now on, with SQLSTATE 25006. Resolves when those under way have ended. */
  close(): Promise<void>;
  open(): void;
}

const readOnly: Statement = { text: "set transaction read only", values: [] };

/** @param onUse called before and after everything that may have written */
export function createGate(database: Database, onUse: () => void): Gate {
  let isOpen = true;
  const running = new Set<Promise<unknown>>();

  function watch<Result>(work: () => Promise<Result>): Promise<Result> {
    onUse();
    const result = work();
    const ended = result.then(onUse, onUse).finally(() => running.delete(ended));
    running.add(ended);
    return result;
  }

  return {
    query: async <Row extends object>(statement: Statement) => {
      if (isOpen) return watch(() => database.query<Row>(statement));
      // For every transaction anew: a thread that was replaced would not remember.
      const [, rows] = await database.batch<[object[], Row[]]>([readOnly, statement]);
      return rows;
    },
    batch: async <Results extends readonly object[][]>(statements: readonly Statement[]) => {
      if (isOpen) return watch(() => database.batch<Results>(statements));
      const [, ...results] = await database.batch<object[][]>([readOnly, ...statements]);
      return results as readonly object[][] as Results;
    },
    async close() {
      isOpen = false;
      await Promise.all(running);
    },
    open: () => void (isOpen = true),
  };
}
