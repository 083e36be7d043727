import type { Database } from "../../ports/database.ts";
import { PortFailure } from "../../ports/failure.ts";
import type { VectorOwner, VectorSet } from "../../ports/vector-store.ts";
import { sql } from "../../lib/sql.ts";
import type { MediaType } from "../../ports/document-source.ts";

export interface StoredSet extends VectorSet {
  /** The name of the store that has its vectors. */
  readonly store: string;
  readonly state: "filling" | "serving";
}

/** Passage numbers and where the next page begins; null: the end. */
export interface NumberPage {
  readonly numbers: readonly number[];
  readonly next: number | null;
}

/** A passage to embed. */
export interface EmbeddablePassage {
  readonly number: number;
  readonly id: string;
  readonly document_id: string;
  readonly title: string;
  readonly media_type: MediaType;
  readonly heading_path: readonly string[];
  readonly text: string;
}

/** Rows that one statement examines, so that an embedded database is soon free for other statements. */
const scannedAtOnce = 2000;

/** All sets, the newest first. @throws PortFailure */
export async function readSets(database: Database): Promise<StoredSet[]> {
  return database.query<StoredSet>(sql`
    select id, store, model, dimensions, state from vector_sets order by id desc`);
}

/** The set of this store, model and vector length; inserted if there is none. @throws PortFailure */
export async function openSet(
  database: Database,
  { store, model, dimensions }: Omit<StoredSet, "id" | "state">,
): Promise<StoredSet> {
  const [row] = await database.query<StoredSet>(sql`
    insert into vector_sets (store, model, dimensions) values (${store}, ${model}, ${dimensions})
    on conflict (store, model, dimensions) do update set store = excluded.store
    returning id, store, model, dimensions, state`);
  if (row === undefined) throw new PortFailure("internal", "no vector set", { retryable: true });
  return row;
}

/** Reserves the set for `holder` for `seconds`; false while another holder has it. @throws PortFailure */
export async function claimSet(
  database: Database,
  id: number,
  holder: string,
  seconds: number,
): Promise<boolean> {
  const rows = await database.query(sql`
    update vector_sets
    set lease_holder = ${holder}, lease_until = now() + make_interval(secs => ${seconds})
    where id = ${id} and (
      lease_holder = ${holder}
      -- One that ends later than a new one would was made before the clock was set back.
      or lease_until not between now() and now() + make_interval(secs => ${seconds})
    ) returning id`);
  return rows.length === 1;
}

/** Ends the holder's reservation of a set. @throws PortFailure */
export async function releaseSet(database: Database, id: number, holder: string): Promise<void> {
  await database.query(sql`
    update vector_sets set lease_until = '-infinity' where id = ${id} and lease_holder = ${holder}`);
}

/** Lets searches use a set. @throws PortFailure */
export async function serveSet(database: Database, id: number): Promise<void> {
  await database.query(sql`update vector_sets set state = 'serving' where id = ${id}`);
}

/** Deletes a set's row after its notes of passages, in steps. @throws PortFailure */
export async function forgetSet(database: Database, id: number): Promise<void> {
  await forgetPassages(database, id);
  await database.query(sql`delete from vector_sets where id = ${id}`);
}

/** Deletes, in steps, the notes of which passages a set has. @throws PortFailure */
export async function forgetPassages(database: Database, id: number): Promise<void> {
  for (;;) {
    const rows = await database.query(sql`
      delete from embedded_passages where set_id = ${id} and number in (
        select number from embedded_passages where set_id = ${id} limit ${scannedAtOnce}
      ) returning set_id`);
    if (rows.length < scannedAtOnce) return;
  }
}

/** `openings`: each document's first passage; `all`: every passage. */
export type PassageRange = "openings" | "all";

/** Up to `limit` passages after `after` that the set lacks; some may be outdated. @throws PortFailure */
export async function findMissing(
  database: Database,
  set: number,
  { range, after, limit }: { range: PassageRange; after: number; limit: number },
): Promise<NumberPage> {
  const [page] = await database.query<NumberPage>(sql`
    with page as materialized (
      select number, ordinal from passages
      where number > ${after} order by number limit ${scannedAtOnce}
    ), missing as materialized (
      select number from page where (ordinal = 0 or ${range} = 'all') and not exists (
        select from embedded_passages as done where done.set_id = ${set} and done.number = page.number
      ) order by number limit ${limit}
    )
    select coalesce((select array_agg(number order by number) from missing), '{}') as numbers,
      case when (select count(*) from missing) = ${limit} then (select max(number) from missing)
        else (select max(number) from page) end as next`);
  return page ?? { numbers: [], next: null };
}

/** Numbers of passages. */
export interface EmbeddedCount {
  /** With a vector, or refused by the embedder. */
  readonly embedded: number;
  readonly total: number;
}

/** The number of passages that the set has, outdated ones included. @throws PortFailure */
export async function countNoted(database: Database, set: number): Promise<number> {
  const [noted] = await database.query<{ count: number }>(
    sql`select count(*)::integer as count from embedded_passages where set_id = ${set}`,
  );
  return noted?.count ?? 0;
}

/** The number of all passages, counted in steps. @throws PortFailure */
export async function countPassages(database: Database): Promise<number> {
  let total = 0;
  let after: number | null = 0;
  while (after !== null) {
    const [page]: { count: number; last: number | null }[] = await database.query(sql`
      select count(*)::integer as count, max(number) as last from (
        select number from passages where number > ${after} order by number limit ${scannedAtOnce}
      ) as page`);
    total += page?.count ?? 0;
    after = page?.last ?? null;
  }
  return total;
}

/**
 * Outdated passages after `after` that the set still has, from one page of its passages.
 *
 * @throws PortFailure
 */
export async function findStale(
  database: Database,
  set: number,
  after: number,
): Promise<NumberPage> {
  const [page] = await database.query<NumberPage>(sql`
    with page as materialized (
      select number from embedded_passages where set_id = ${set} and number > ${after}
      order by number limit ${scannedAtOnce}
    ), stale as (
      select number from page where (
        select true from passages join documents on documents.id = passages.document_id
          and documents.revision = passages.revision
        where passages.number = page.number
      ) is null
    )
    select coalesce((select array_agg(number) from stale), '{}') as numbers,
      (select max(number) from page) as next`);
  return page ?? { numbers: [], next: null };
}

/** The current ones of these passages, with the text to embed. @throws PortFailure */
export async function readEmbeddable(
  database: Database,
  numbers: readonly number[],
): Promise<EmbeddablePassage[]> {
  return database.query<EmbeddablePassage>(sql`
    select passages.number, passages.id, document_id, title, media_type, heading_path, text
    from passages join documents on documents.id = passages.document_id
      and documents.revision = passages.revision
    where passages.number = any(${numbers}::integer[]) order by passages.number`);
}

/** Notes that the set has these passages. @throws PortFailure */
export async function notePassages(
  database: Database,
  set: number,
  owners: readonly VectorOwner[],
): Promise<void> {
  await database.query(sql`
    insert into embedded_passages (set_id, number, hash)
    select ${set}, number, hash from unnest(
      ${owners.map(({ number }) => number)}::integer[], ${owners.map(({ hash }) => hash)}::uuid[]
    ) as given (number, hash)
    on conflict (set_id, number) do update set hash = excluded.hash`);
}

/** The passages of a removed document that sets still have, until they are swept. @throws PortFailure */
export async function findRemoved(
  database: Database,
  documentId: string,
): Promise<{ set: number; numbers: number[] }[]> {
  return database.query(sql`
    select set_id as set, array_agg(number) as numbers
    from retired_passages join passages using (revision, document_id)
      join embedded_passages using (number)
    where document_id = ${documentId} group by set_id`);
}

/** Deletes the notes that the set has these passages. @throws PortFailure */
export async function unnotePassages(
  database: Database,
  set: number,
  numbers: readonly number[],
): Promise<void> {
  await database.query(sql`
    delete from embedded_passages where set_id = ${set} and number = any(${numbers}::integer[])`);
}
