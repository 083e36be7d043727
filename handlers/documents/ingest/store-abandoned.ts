import { sql } from "../../lib/sql.ts";
import type { Database } from "../../ports/database.ts";

/** A document that an earlier ingest gave up, and why. */
export interface AbandonedDocument {
  readonly path: string;
  readonly hash: string;
  readonly failure: string;
}

/** A source's abandoned documents, at most 1,000. @throws PortFailure */
export async function readAbandoned(
  database: Database,
  source: string,
): Promise<AbandonedDocument[]> {
  return database.query(sql`
    select path, hash, failure from abandoned_documents where source = ${source}
    order by path limit 1000`);
}

/** Notes that a document was given up. @throws PortFailure */
export async function writeAbandoned(
  database: Database,
  source: string,
  { path, hash, failure }: AbandonedDocument,
): Promise<void> {
  await database.query(sql`
    insert into abandoned_documents (source, path, hash, failure)
    values (${source}, ${path}, ${hash}, ${failure})
    on conflict (source, path) do update set hash = excluded.hash, failure = excluded.failure,
      abandoned_at = now()`);
}

/** Forgets a source's abandoned documents at these paths. @throws PortFailure */
export async function forgetAbandoned(
  database: Database,
  source: string,
  paths: readonly string[],
): Promise<void> {
  await database.query(sql`
    delete from abandoned_documents where source = ${source} and path = any(${paths}::text[])`);
}
