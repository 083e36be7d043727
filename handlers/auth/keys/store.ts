import type { Database } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";
import type { Scope } from "../../contract/scope.ts";
import type { Span } from "./page.ts";

export interface NewKey {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly secretHash: Uint8Array;
  readonly expiresAt: Date | null;
}

export interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly expires_at: Date | null;
}

const columns = sql`id, name, scopes, created_at, last_used_at, expires_at`;

/** API keys in the database. All methods throw PortFailure. */
export function createKeyStore(database: Database) {
  return {
    /** Undefined when the user has `maximum` keys that have not expired. */
    async insert(key: NewKey, maximum: number): Promise<KeyRow | undefined> {
      const [, rows] = await database.batch<[object[], KeyRow[]]>([
        // Locks the user, so that the next statement counts keys that are created at the same time.
        sql`select id from users where id = ${key.userId}::uuid for no key update`,
        sql`
          insert into api_keys (id, user_id, name, scopes, secret_hash, expires_at)
          select ${key.id}::uuid, ${key.userId}::uuid, ${key.name}::text, ${key.scopes}::text[],
            ${key.secretHash}::bytea, ${key.expiresAt}::timestamptz
          where ${maximum} > (
            select count(*) from api_keys
            where user_id = ${key.userId}::uuid and (expires_at is null or expires_at > now())
          )
          returning ${columns}`,
      ]);
      return rows[0];
    },

    /** Newest first, at most `limit`, older than the key `before`. */
    list(userId: string, { before, limit }: Span): Promise<KeyRow[]> {
      return database.query<KeyRow>(sql`
        select ${columns} from api_keys
        where user_id = ${userId}::uuid ${before === undefined ? sql`` : sql`and id < ${before}::uuid`}
        order by id desc limit ${limit}`);
    },

    /** False when the user has no such key. */
    async remove(userId: string, keyId: string): Promise<boolean> {
      const rows = await database.query(sql`
        delete from api_keys where id = ${keyId}::uuid and user_id = ${userId}::uuid returning id`);
      return rows.length > 0;
    },

    /** The user and scopes of a valid key; `last_used_at` is written once a minute at most. */
    async use(
      keyId: string,
      secretHash: Uint8Array,
    ): Promise<{ userId: string; scopes: readonly Scope[] } | undefined> {
      const [row] = await database.query<{ user_id: string; scopes: readonly Scope[] }>(sql`
        with found as (
          select id, user_id, scopes from api_keys
          where id = ${keyId}::uuid and secret_hash = ${secretHash}::bytea
            and (expires_at is null or expires_at > now())
        ), used as (
          update api_keys set last_used_at = now() from found
          where api_keys.id = found.id
            and (last_used_at is null or last_used_at < now() - interval '1 minute')
        )
        select user_id, scopes from found`);
      return row && { userId: row.user_id, scopes: row.scopes };
    },
  };
}

export type KeyStore = ReturnType<typeof createKeyStore>;
