import type { Database, Statement } from "../../ports/database.ts";
import { PortFailure } from "../../ports/failure.ts";
import type { NearPassage, VectorOwner, VectorSet, VectorStore } from "../../ports/vector-store.ts";
import { sql } from "../../lib/sql.ts";

/**
 * How the nearest vectors are found: by comparing all of them, or by an HNSW index, updated with every insert.
 * An embedded database has one thread, which an index's updates would block.
 */
export type VectorIndex = "exact" | "hnsw";

/** Vectors in the database of the passages, so that one statement finds and reads passages. */
export interface DatabaseVectors extends VectorStore {
  /**
   * A query for the nearest passages: `number`, `rank` from 1, `id` (null: any) and `nearness` (the cosine);
   * passages with the given numbers are included, without a rank.
   */
  nearestStatement(
    set: VectorSet,
    vector: Float32Array,
    limit: number,
    numbers: readonly number[],
  ): Statement;
}

/**
 * The lock for creating the table. Migrations cannot create it, because the extension may be installed later.
 */
const handover = sql`select pg_advisory_xact_lock(6120495837711093)`;
// Half precision takes half the space and gives the same order except for ties. Needs pgvector 0.7.
const createTable = `do $$
begin
  if exists (
    select from pg_available_extension_versions
    where name = 'vector' and string_to_array(version, '.')::int[] >= '{0,7}'
  ) then
    create extension if not exists vector;
    create table if not exists passage_vectors (
      set_id integer not null,
      number integer not null,
      embedding halfvec not null,
      primary key (set_id, number)
    );
  end if;
exception when insufficient_privilege then
  raise notice 'the extension vector may not be created';
end $$`;
/**
 * WebAssembly has no instructions for half precision: a scan takes 2.6 times as long as one of whole floats. Storage
 * `main` keeps vectors of up to 2,000 dimensions in their rows, where a scan reads them faster.
 */
const widenVectors = `do $$
begin
  if exists (
    select from pg_attribute
    where attrelid = to_regclass('passage_vectors') and attname = 'embedding'
      and atttypid = to_regtype('halfvec')
  ) then
    alter table passage_vectors alter column embedding type vector using embedding::vector;
    alter table passage_vectors alter column embedding set storage main;
  end if;
end $$`;
const deletedAtOnce = 500;
const indexedDimensions = 4000;

/**
 * Creates the store for vectors in the database, with pgvector. Methods throw PortFailure, `invalid` when
 * pgvector is missing.
 */
export function createDatabaseVectors(database: Database, index: VectorIndex): DatabaseVectors {
  const nearest: DatabaseVectors["nearestStatement"] = (set, ...question) =>
    nearestStatement(typeOf[index], set, ...question);
  return {
    name: "database",
    async open(set) {
      const widening = index === "exact" ? [raw(widenVectors)] : [];
      await database.batch([handover, raw(createTable), ...widening]);
      const [found] = await database.query<{ there: boolean }>(
        sql`select to_regclass('passage_vectors') is not null as there`,
      );
      if (found?.there !== true) throw missingExtension();
      if (index === "hnsw" && set.dimensions <= indexedDimensions) {
        await database.batch([handover, raw(createIndex(set))]);
      }
      const rows = await database.query(
        sql`select from passage_vectors where set_id = ${set.id} limit 1`,
      );
      return rows.length === 0 ? "empty" : "found";
    },
    async known(set, owners) {
      const rows = await database.query<{ hash: string; embedding: string }>(sql`
        select distinct on (hash) hash, embedding::text as embedding
        from embedded_passages join passage_vectors using (set_id, number)
        where set_id = ${set.id} and hash = any(${owners.map(hashOf)}::uuid[])`);
      return new Map(rows.map(({ hash, embedding }) => [hash, parseVector(embedding)]));
    },
    async write(set, points) {
      await database.query(sql`
        insert into passage_vectors (set_id, number, embedding)
        select ${set.id}, number, embedding::${raw(typeOf[index])} from unnest(
          ${points.map(({ number }) => number)}::integer[],
          ${points.map(({ vector }) => formatVector(vector))}::text[]
        ) as given (number, embedding)
        on conflict (set_id, number) do update set embedding = excluded.embedding`);
    },
    async remove(set, numbers) {
      await database.query(sql`
        delete from passage_vectors
        where set_id = ${set.id} and number = any(${numbers}::integer[])`);
    },
    async drop(set) {
      const [found] = await database.query<{ there: boolean }>(
        sql`select to_regclass('passage_vectors') is not null as there`,
      );
      if (found?.there !== true) return;
      await database.query(raw(`drop index if exists ${indexName(set)}`));
      for (;;) {
        const rows = await database.query(sql`
          delete from passage_vectors where set_id = ${set.id} and number in (
            select number from passage_vectors where set_id = ${set.id} limit ${deletedAtOnce}
          ) returning number`);
        if (rows.length < deletedAtOnce) return;
      }
    },
    nearest: (set, { vector, limit }) => database.query(nearest(set, vector, limit, [])),
    nearestStatement: nearest,
  };
}

/** The type of the vectors' column. */
const typeOf: Readonly<Record<VectorIndex, string>> = { exact: "vector", hnsw: "halfvec" };

// The set's id and length, both integers, are written into the SQL: the planner must know them to use the
// index.
function nearestStatement(
  name: string,
  set: VectorSet,
  vector: Float32Array,
  limit: number,
  numbers: readonly number[],
): Statement {
  const type = raw(`${name}(${set.dimensions})`);
  const distance = sql`embedding::${type} <=> ${formatVector(vector)}::${type}`;
  const inSet = sql`set_id = ${raw(String(set.id))}`;
  return sql`
    select number, row_number() over (order by distance) as rank, null::uuid as id,
      1 - distance as nearness
    from (
      select number, ${distance} as distance from passage_vectors where ${inSet}
      order by distance limit ${limit}
    ) as closest
    union all
    select number, null, null, 1 - (${distance}) from passage_vectors
    where ${inSet} and number = any(${numbers}::integer[])`;
}

/** The nearest passages that another store found, in the form of `nearestStatement`. */
export function listedStatement(nearest: readonly NearPassage[]): Statement {
  return sql`
    select number, rank, id, nearness from unnest(
      ${nearest.map(({ number }) => number)}::integer[], ${nearest.map(({ id }) => id)}::uuid[],
      ${nearest.map(({ nearness }) => nearness)}::float8[]
    ) with ordinality as listed (number, id, nearness, rank)`;
}

function createIndex(set: VectorSet): string {
  return `create index if not exists ${indexName(set)} on passage_vectors
    using hnsw ((embedding::halfvec(${set.dimensions})) halfvec_cosine_ops)
    where set_id = ${set.id}`;
}

function indexName({ id }: VectorSet): string {
  return `passage_vectors_hnsw_${id}`;
}

function missingExtension(): PortFailure {
  const message =
    "the database has no extension `vector` (pgvector 0.7 or newer), or it may not be created";
  return new PortFailure("invalid", message, { retryable: false });
}

function raw(text: string): Statement {
  return { text, values: [] };
}

function hashOf({ hash }: VectorOwner): string {
  return hash;
}

/** Half precision has four digits. */
function formatVector(vector: Float32Array): string {
  return `[${Array.from(vector, (value) => value.toPrecision(4)).join(",")}]`;
}

function parseVector(text: string): Float32Array {
  return Float32Array.from(JSON.parse(text) as number[]);
}
