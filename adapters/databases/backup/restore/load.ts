import type { Database, Statement } from "../../../../handlers/ports/database.ts";
import { listTables, quoted, type StoredTable } from "../../tables.ts";
import { tableOf } from "../objects/content.ts";
import { DamagedObject } from "../objects/damage.ts";

/** Writes rows of a backup into a database, in any order and any number of times. */
export interface Loader {
  /** @throws DamagedObject for a line that changes no known table; PortFailure */
  apply(object: string, lines: readonly string[]): Promise<void>;
  /** Makes the unique indexes again. @throws PortFailure `conflict` where the rows do not fit together */
  finish(): Promise<void>;
}

/** Foreign keys and triggers do not look at what this transaction writes. */
const withoutTriggers: Statement = {
  text: "set local session_replication_role = replica",
  values: [],
};

/**
 * Prepares a database for loading. Until `finish` it has no unique indexes beside its primary keys, because rows of
 * different moments may contradict each other until the last ones are there.
 *
 * @throws PortFailure
 */
export async function createLoader(database: Database): Promise<Loader> {
  const tables = new Map((await listTables(database)).map((table) => [table.name, table]));
  const unique = await findUnique(database, [...tables.keys()]);
  for (const { drop } of unique) await database.query({ text: drop, values: [] });
  return {
    async apply(object, lines) {
      for (const line of lines) {
        const table = tables.get(tableOf(line) ?? "");
        if (!table) throw new DamagedObject(object, "it changes a table that is not known here");
        await database.batch([withoutTriggers, deletion(table, line), insertion(table, line)]);
      }
    },
    async finish() {
      for (const { create } of unique) await database.query({ text: create, values: [] });
    },
  };
}

interface UniqueIndex {
  readonly drop: string;
  readonly create: string;
}

function findUnique(database: Database, tables: readonly string[]): Promise<UniqueIndex[]> {
  return database.query<UniqueIndex>({
    text: `select
        case when conname is null then format('drop index %s', indexrelid::regclass)
        else format('alter table %s drop constraint %I', indrelid::regclass, conname) end as drop,
        case when conname is null then pg_get_indexdef(indexrelid)
        else format('alter table %s add constraint %I %s', indrelid::regclass, conname,
          pg_get_constraintdef(pg_constraint.oid)) end as create
      from pg_index left join pg_constraint on conindid = indexrelid and contype = 'u'
      where indisunique and not indisprimary and indrelid::regclass::text = any ($1::text[])`,
    values: [tables],
  });
}

function insertion({ name, key, columns }: StoredTable, line: string): Statement {
  const others = columns.filter((column) => !key.includes(column)).map(quoted);
  const update = others.map((column) => `${column} = excluded.${column}`).join(", ");
  return {
    text: `insert into ${quoted(name)} overriding system value
      select * from jsonb_populate_recordset(null::${quoted(name)}, ($1::text::jsonb)->'rows')
      on conflict (${key.map(quoted).join(", ")})
      do ${update === "" ? "nothing" : `update set ${update}`}`,
    values: [line],
  };
}

function deletion({ name, key }: StoredTable, line: string): Statement {
  const matches = key.map((column) => `present.${quoted(column)} = gone.${quoted(column)}`);
  return {
    text: `delete from ${quoted(name)} as present
      using jsonb_populate_recordset(null::${quoted(name)}, ($1::text::jsonb)->'gone') as gone
      where ${matches.join(" and ")}`,
    values: [line],
  };
}
