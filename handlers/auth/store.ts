import type { Database, Statement } from "../ports/database.ts";
import { sql } from "../sql.ts";
import type { AccessClaims } from "./tokens.ts";

export interface NewGuest {
  readonly userId: string;
  readonly sessionId: string;
  readonly refreshHash: Uint8Array;
  /** When the session ends unless it is refreshed. */
  readonly expiresAt: Date;
}

/**
 * A `session (user_id)` for a WITH clause: one row while the session stands, none once it has ended. A
 * statement that starts from it needs no round trip of its own to learn who is asking.
 */
export function existingSession({ sessionId, userId }: AccessClaims): Statement {
  return sql`session as (
    select user_id from sessions
    where id = ${sessionId}::uuid and user_id = ${userId}::uuid and expires_at > now()
  )`;
}

/**
 * The same for somebody new: the guest is made by the very statement that needs one.
 *
 * @param condition in SQL; where it is false nobody is made
 */
export function newSession(guest: NewGuest, condition = sql`true`): Statement {
  return sql`guest as (
    insert into users (id, kind) select ${guest.userId}::uuid, 'guest' where ${condition} returning id
  ), session as (
    insert into sessions (id, user_id, refresh_hash, expires_at)
    select ${guest.sessionId}::uuid, id, ${guest.refreshHash}::bytea, ${guest.expiresAt}::timestamptz
    from guest
    returning user_id
  )`;
}

export function createAuthStore(database: Database) {
  return {
    async sessionStands(claims: AccessClaims): Promise<boolean> {
      const rows = await database.query(
        sql`with ${existingSession(claims)} select user_id from session`,
      );
      return rows.length > 0;
    },

    async insertGuest(guest: NewGuest): Promise<void> {
      await database.query(sql`with ${newSession(guest)} select user_id from session`);
    },

    /**
     * Replaces a session's refresh token. The token just replaced may come again within 10 s: its reply
     * may have been lost. Any other token that once was this session's ends the session.
     */
    async rotate(rotation: {
      sessionId: string;
      presented: Uint8Array;
      successor: Uint8Array;
      expiresAt: Date;
    }): Promise<{ userId: string; kind: "guest" | "user"; createdAt: Date } | undefined> {
      const [row] = await database.query<{
        id: string;
        kind: "guest" | "user";
        created_at: Date;
      }>(sql`
        with found as (
          select id, user_id, case
            when expires_at <= now() then 'ended'
            when refresh_hash = ${rotation.presented}::bytea then 'current'
            when previous_hash = ${rotation.presented}::bytea
              and rotated_at > now() - interval '10 seconds' then 'retried'
            else 'ended' end as state
          from sessions where id = ${rotation.sessionId}::uuid
          for update
        ), rotated as (
          update sessions set previous_hash = refresh_hash, refresh_hash = ${rotation.successor}::bytea,
            rotated_at = now(), expires_at = ${rotation.expiresAt}::timestamptz
          from found where sessions.id = found.id and found.state = 'current'
        ), ended as (
          delete from sessions using found where sessions.id = found.id and found.state = 'ended'
        )
        select users.id, users.kind, users.created_at
        from found join users on users.id = found.user_id
        where found.state <> 'ended'`);
      return row && { userId: row.id, kind: row.kind, createdAt: row.created_at };
    },
  };
}

export type AuthStore = ReturnType<typeof createAuthStore>;
