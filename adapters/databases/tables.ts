import { sql } from "../../handlers/lib/sql.ts";
import type { Database } from "../../handlers/ports/database.ts";
import { migrations } from "./migrations/index.ts";

export interface StoredTable {
  readonly name: string;
  /** The columns of its primary key. */
  readonly key: readonly string[];
  /** All its columns. */
  readonly columns: readonly string[];
}

/** Neither copied nor backed up: recreated by the target (migrations, vectors, in the background) or useless there. */
const leftBehind = [
  "schema_migrations",
  "request_counts",
  "vector_sets",
  "embedded_passages",
  "passage_vectors",
];
const rowsAtOnce = 200;
/** Characters of rows in one statement, small enough for Neon's HTTP endpoint. */
const charactersAtOnce = 1_000_000;

const made = (what: RegExp) =>
  migrations.flatMap(({ sql: text }) => [...text.matchAll(what)].map(([, name = ""]) => name));
const ownTables = made(/^create table (\w+)/gm);
const ownSequences = [
  ...made(/^create sequence (\w+)/gm),
  // As PostgreSQL calls those of identity columns.
  ...ownTables.map((name) => `${name}_id_seq`),
];

/** The schema in which the migrations made their tables: DATABASE_URL or the database's user may name another than `public`. */
const ownSchema = sql`(
  select relnamespace from pg_class where oid = to_regclass('schema_migrations')
)`;

/** Where a newer version was, it is not known what it made. In a database of the operator's, others have tables, too. */
const isNewer = sql`exists (
  select from schema_migrations where name <> all (${migrations.map(({ name }) => name)}::text[])
)`;

/** The tables whose rows are Docent's memory, each after the tables it refers to. @throws PortFailure */
export async function listTables(database: Database): Promise<StoredTable[]> {
  const tables = await database.query<StoredTable & { parents: string[] }>(sql`
    select relname::text as name, array(
      select confrelid::regclass::text from pg_constraint
      where conrelid = pg_class.oid and contype = 'f' and confrelid <> conrelid
    ) as parents, array(
      select attname::text from pg_index
      join pg_attribute on attrelid = indrelid and attnum = any (indkey)
      where indrelid = pg_class.oid and indisprimary
      order by array_position(indkey::int2[], attnum)
    ) as key, array(
      select attname::text from pg_attribute
      where attrelid = pg_class.oid and attnum > 0 and not attisdropped order by attnum
    ) as columns
    from pg_class
    where relkind = 'r' and relnamespace = ${ownSchema}
      and relname <> all (${leftBehind}::text[])
      and (relname = any (${ownTables}::text[]) or ${isNewer})
    order by 1`);
  const ordered: StoredTable[] = [];
  const isListed = (name: string) => ordered.some((table) => table.name === name);
  while (ordered.length < tables.length) {
    const next = tables.find(({ name, parents }) => !isListed(name) && parents.every(isListed));
    if (!next) throw new Error("the tables refer to each other in a circle");
    const { name, key, columns } = next;
    ordered.push({ name, key, columns });
  }
  return ordered;
}

/** A table's rows as JSON, in batches that one statement can take. A row that changes meanwhile may be missing or come twice. @throws PortFailure */
export async function* readRows(
  source: Database,
  table: string,
): AsyncGenerator<readonly string[]> {
  let place = "(0,0)";
  for (;;) {
    // By physical position (ctid): every table has one, and paging by it needs no index.
    const rows = await source.query<{ place: string; row: string }>({
      text: `select ctid::text as place, to_jsonb(rows)::text as row from ${quoted(table)} as rows
        where ctid > $1::tid order by ctid limit ${rowsAtOnce}`,
      values: [place],
    });
    const last = rows.at(-1);
    if (!last) return;
    yield* inBatches(rows.map(({ row }) => row));
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

/** The last number that each sequence has given, by the sequence's name. */
export type SequenceValues = Readonly<Record<string, number>>;

/** Rows of `{name, last}`. */
export const readSequences = sql`
  select sequencename::text as name, last_value as last from pg_sequences
  where quote_ident(schemaname)::regnamespace = ${ownSchema} and last_value is not null
    and (sequencename = any (${ownSequences}::text[]) or ${isNewer})`;

/** @throws PortFailure */
export async function setSequences(database: Database, values: SequenceValues): Promise<void> {
  const known = await database.query<{ name: string }>(
    sql`select sequencename::text as name from pg_sequences where quote_ident(schemaname)::regnamespace = ${ownSchema}`,
  );
  for (const { name } of known) {
    const last = values[name];
    if (last !== undefined)
      await database.query(sql`select setval(${quoted(name)}::regclass, ${last}::bigint)`);
  }
}

/** A name as an identifier in SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
