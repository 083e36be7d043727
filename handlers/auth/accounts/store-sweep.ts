import type { Database } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";

/**
 * Deletes idle guests, ended sessions, expired keys and old addresses: each method deletes at most `limit` rows and
 * returns how many. All throw PortFailure.
 */
export function createSweepStore(database: Database) {
  return {
    /**
     * Deletes guests, with their conversations, who for `retention` milliseconds have neither begun, nor
     * refreshed a token, nor asked a question.
     */
    async deleteIdleGuests(retention: number, limit: number): Promise<number> {
      const since = sql`now() - make_interval(secs => ${retention / 1000}::double precision)`;
      const rows = await database.query(sql`
        delete from users where id in (
          select id from users
          where kind = 'guest' and created_at < ${since}
            and not exists (
              select from sessions
              where user_id = users.id and rotated_at >= ${since} and expires_at > now()
            )
            and not exists (
              select from conversations where owner_id = users.id and updated_at >= ${since}
            )
          order by created_at limit ${limit}
          for update skip locked
        ) returning id`);
      return rows.length;
    },

    async deleteExpiredSessions(limit: number): Promise<number> {
      const rows = await database.query(sql`
        delete from sessions where id in (
          select id from sessions where expires_at <= now() limit ${limit} for update skip locked
        ) returning id`);
      return rows.length;
    },

    /** Forgets addresses from which nothing was signed into for `retention` milliseconds. */
    async deleteKnownAddresses(retention: number, limit: number): Promise<number> {
      const since = sql`now() - make_interval(secs => ${retention / 1000}::double precision)`;
      const rows = await database.query(sql`
        delete from known_addresses where (user_id, address_hash) in (
          select user_id, address_hash from known_addresses where seen_at < ${since}
          limit ${limit} for update skip locked
        ) returning 1 as swept`);
      return rows.length;
    },

    async deleteExpiredKeys(limit: number): Promise<number> {
      const rows = await database.query(sql`
        delete from api_keys where id in (
          select id from api_keys where expires_at <= now() limit ${limit} for update skip locked
        ) returning id`);
      return rows.length;
    },
  };
}

export type SweepStore = ReturnType<typeof createSweepStore>;
