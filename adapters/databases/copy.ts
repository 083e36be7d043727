import type { Database, Statement } from "../../handlers/ports/database.ts";
import { PortFailure } from "../../handlers/ports/failure.ts";
import { sql } from "../../handlers/lib/sql.ts";
import { listTables, quoted, readRows, readSequences, setSequences } from "./tables.ts";

export interface Copied {
  readonly table: string;
  readonly rows: number;
}

/**
 * Copies every row of a migrated database into another that is migrated and empty, table by table, parents
 * first. Ids are kept. The source must not be written to meanwhile.
 *
 * @param onCopied called after each table
 * @throws PortFailure `conflict` when the target holds accounts or documents; the databases' own failures; the signal's reason
 */
export async function copyDatabase(
  source: Database,
  target: Database,
  onCopied: (copied: Copied) => void,
  signal: AbortSignal,
): Promise<void> {
  await requireEmpty(target);
  for (const { name } of await listTables(source)) {
    let copied = 0;
    for await (const rows of readRows(source, name)) {
      signal.throwIfAborted();
      await target.query(insertion(name, rows));
      copied += rows.length;
    }
    onCopied({ table: name, rows: copied });
  }
  const values = await source.query<{ name: string; last: number }>(readSequences);
  await setSequences(target, Object.fromEntries(values.map(({ name, last }) => [name, last])));
}

/** @throws PortFailure `conflict` where the database holds accounts or documents */
export async function requireEmpty(target: Database): Promise<void> {
  const [held] = await target.query<{ held: boolean }>(
    sql`select exists (select from users) or exists (select from documents) as held`,
  );
  if (held?.held !== false) {
    throw new PortFailure("conflict", "The target is not empty: copy into a new database", {
      retryable: false,
    });
  }
}

function insertion(table: string, rows: readonly string[]): Statement {
  const name = quoted(table);
  return {
    text: `insert into ${name} overriding system value
      select * from jsonb_populate_recordset(null::${name}, $1::text::jsonb)`,
    values: [`[${rows.join(",")}]`],
  };
}
