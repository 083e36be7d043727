import type { Database, Statement } from "../../handlers/ports/database.ts";
import { PortFailure } from "../../handlers/ports/failure.ts";
import { sql } from "../../handlers/lib/sql.ts";

export interface Copied {
  readonly table: string;
  readonly rows: number;
}

/**
 * Not copied: recreated by the target (migrations, vectors, in the background) or useless there (request counts, and
 * the parts of runs, from which readers of a running server go on for a day; whole answers are messages).
 */
const leftBehind = [
  "schema_migrations",
  "request_counts",
  "run_parts",
  "vector_sets",
  "embedded_passages",
  "passage_vectors",
];
const rowsAtOnce = 200;
/** Characters of rows in one statement, small enough for Neon's HTTP endpoint. */
const charactersAtOnce = 1_000_000;

/**
 * Copies every row of a migrated database into another that is migrated and empty, table by table, parents
 * first. Ids are kept. The source must not be written to meanwhile.
 *
 * @param onCopied called after each table
 * @throws PortFailure `conflict` when the target holds accounts or documents; the databases' own failures
 */
export async function copyDatabase(
  source: Database,
  target: Database,
  onCopied: (copied: Copied) => void,
): Promise<void> {
  const [held] = await target.query<{ held: boolean }>(
    sql`select exists (select from users) or exists (select from documents) as held`,
  );
  if (held?.held !== false) {
    throw new PortFailure("conflict", "The target is not empty: copy into a new database", {
      retryable: false,
    });
  }
  for (const table of await listTables(source)) {
    onCopied({ table, rows: await copyTable(source, target, table) });
  }
  await copySequences(source, target);
}

/** The tables to copy, each after the tables it refers to. */
async function listTables(database: Database): Promise<string[]> {
  const tables = await database.query<{ name: string; parents: string[] }>(sql`
    select relname::text as name, array(
      select confrelid::regclass::text from pg_constraint
      where conrelid = pg_class.oid and contype = 'f' and confrelid <> conrelid
    ) as parents
    from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace
      and relname <> all (${leftBehind}::text[])
    order by 1`);
  const ordered: string[] = [];
  while (ordered.length < tables.length) {
    const next = tables.find(
      ({ name, parents }) =>
        !ordered.includes(name) && parents.every((parent) => ordered.includes(parent)),
    );
    if (!next) throw new Error("the tables refer to each other in a circle");
    ordered.push(next.name);
  }
  return ordered;
}

async function copyTable(source: Database, target: Database, table: string): Promise<number> {
  let place = "(0,0)";
  let copied = 0;
  for (;;) {
    // By physical position (ctid): every table has one, and paging by it needs no index.
    const rows = await source.query<{ place: string; row: string }>({
      text: `select ctid::text as place, to_jsonb(rows)::text as row from ${quoted(table)} as rows
        where ctid > $1::tid order by ctid limit ${rowsAtOnce}`,
      values: [place],
    });
    const last = rows.at(-1);
    if (!last) return copied;
    for (const batch of inBatches(rows.map(({ row }) => row))) {
      await target.query(insertion(table, batch));
    }
    copied += rows.length;
    place = last.place;
  }
}

function* inBatches(rows: readonly string[]): Generator<readonly string[]> {
  let batch: string[] = [];
  let characters = 0;
  for (const row of rows) {
    if (batch.length > 0 && characters + row.length > charactersAtOnce) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(row);
    characters += row.length;
  }
  if (batch.length > 0) yield batch;
}

function insertion(table: string, rows: readonly string[]): Statement {
  const name = quoted(table);
  return {
    text: `insert into ${name} overriding system value
      select * from jsonb_populate_recordset(null::${name}, $1::text::jsonb)`,
    values: [`[${rows.join(",")}]`],
  };
}

async function copySequences(source: Database, target: Database): Promise<void> {
  const sequences = await source.query<{ name: string; last: number }>(sql`
    select sequencename::text as name, last_value as last from pg_sequences
    where schemaname = 'public' and last_value is not null`);
  for (const { name, last } of sequences) {
    await target.query(sql`select setval(${quoted(name)}::regclass, ${last}::bigint)`);
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
