import type { Database } from "../ports/database.ts";
import { sql } from "../sql.ts";

/** Rows of one statement: an embedded database serves nobody else meanwhile. */
const sessionsAtOnce = 500;
/** Fewer, because their conversations go with them. */
const guestsAtOnce = 50;

export function createAuthSweeps(database: Database) {
  return {
    /** Removes sessions that can no longer be refreshed. How many it were. */
    async endedSessions(now: Date): Promise<number> {
      const rows = await database.query(sql`
        delete from sessions where id in (
          select id from sessions where expires_at <= ${now}::timestamptz
          limit ${sessionsAtOnce}::int for update skip locked
        ) returning 1 as swept`);
      return rows.length;
    },

    /** Removes guests who have neither refreshed nor written since, and all that is theirs. How many it were. */
    async idleGuests(since: Date): Promise<number> {
      const rows = await database.query(sql`
        delete from users where id in (
          select id from users
          where kind = 'guest' and created_at < ${since}::timestamptz
            and not exists (
              select from sessions
              where user_id = users.id and rotated_at >= ${since}::timestamptz
            )
            and not exists (
              select from conversations
              where owner_id = users.id and updated_at >= ${since}::timestamptz
            )
          order by created_at
          limit ${guestsAtOnce}::int for update skip locked
        ) returning 1 as swept`);
      return rows.length;
    },
  };
}
