import { sql } from "../../../handlers/lib/sql.ts";
import type { Database, Statement } from "../../../handlers/ports/database.ts";
import { sha256, toHex } from "../../../handlers/lib/bytes.ts";
import { listTables, readSequences, type SequenceValues } from "../tables.ts";
import { readingFunction, triggersOf } from "./capture-functions.ts";
import { changeLine } from "./objects/content.ts";
import { createSchema } from "./state.ts";

export interface Changes {
  readonly lines: readonly string[];
  /** How many changes were read; fewer than asked for: these were the last. */
  readonly count: number;
  readonly lastId: number;
  readonly sequences: SequenceValues;
}

/**
 * Notes the key of every row that a statement writes, in the same transaction: triggers for each statement, because
 * one for each row would double the cost of a large ingest. The rows themselves are read when they are sent.
 *
 * Does nothing where the same was installed for the same migrations, which spares a start 60 ms.
 *
 * @param migrations the names of the applied ones: any may have made a table anew, without its triggers
 * @throws PortFailure
 */
export async function installCapture(
  database: Database,
  migrations: readonly string[],
): Promise<void> {
  const tables = await listTables(database);
  const statements = [
    ...createSchema,
    readingFunction(tables),
    ...tables.flatMap((table) => triggersOf(table)),
  ];
  const texts = statements.map(({ text }) => text);
  const version = toHex(await sha256(JSON.stringify([migrations, texts])));
  if ((await readVersion(database)) === version) return;
  await database.batch([
    ...statements,
    { text: `comment on schema backup is '${version}'`, values: [] },
  ]);
}

/** What is installed. */
async function readVersion(database: Database): Promise<string | null | undefined> {
  const [row] = await database.query<{ version: string | null }>(
    sql`select obj_description(to_regnamespace('backup'), 'pg_namespace') as version`,
  );
  return row?.version;
}

/** How many changes wait to be sent. @throws PortFailure */
export async function countChanges(database: Database): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    sql`select count(*) as count from backup.changes`,
  );
  return row?.count ?? 0;
}

/**
 * The next changes after an id, each with its row as it is now. Once fewer come than were asked for, all that was
 * read since the first page is the database as of the last page.
 *
 * @throws PortFailure
 */
export async function readChanges(
  database: Database,
  afterId: number,
  most: number,
): Promise<Changes> {
  interface Row {
    readonly relation: string;
    readonly last: number;
    readonly changes: number;
    readonly present: string;
    readonly gone: string;
  }
  const [rows, sequences] = await database.batch<[Row[], { name: string; last: number }[]]>([
    sql`select * from backup.read_changes(${afterId}::bigint, ${most}::integer)`,
    readSequences,
  ]);
  return {
    lines: rows.map(({ relation, present, gone }) => changeLine(relation, present, gone)),
    count: rows.reduce((sum, { changes }) => sum + changes, 0),
    lastId: Math.max(afterId, ...rows.map(({ last }) => last)),
    sequences: Object.fromEntries(sequences.map(({ name, last }) => [name, last])),
  };
}

export function deleteChanges(lastId: number): Statement {
  return sql`delete from backup.changes where id <= ${lastId}::bigint`;
}

/**
 * Makes the space of deleted changes usable again. The database does so by itself only while it is idle, which a busy
 * server never is.
 */
export const vacuumChanges: Statement = { text: "vacuum backup.changes", values: [] };
