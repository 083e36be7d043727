import { PGlite, type PGliteOptions, type Results } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import type { Database, Statement } from "../../../handlers/ports/database.ts";

/** PGlite on the caller's own thread, behind the database port. */
export async function openEngine(
  options: PGliteOptions = {},
): Promise<Database & { close(): Promise<void> }> {
  const pglite = await PGlite.create({ ...options, extensions: { vector } });
  return {
    query: (statement) => run(pglite, statement),
    batch: (statements) =>
      pglite.transaction(async (transaction) => {
        const results: object[][] = [];
        for (const statement of statements) results.push(await run(transaction, statement));
        return results as never;
      }),
    close: () => pglite.close(),
  };
}

interface Runner {
  query<Row>(text: string, values: unknown[]): Promise<Results<Row>>;
}

async function run<Row>(runner: Runner, { text, values }: Statement): Promise<Row[]> {
  return (await runner.query<Row>(text, [...values])).rows;
}
