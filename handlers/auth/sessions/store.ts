import type { Database, Statement } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";
import type { Caller } from "../../http/access/identity.ts";

export interface NewSession {
  readonly sessionId: string;
  readonly refreshHash: Uint8Array;
  /** When the session ends unless it is refreshed. */
  readonly expiresAt: Date;
  /** The device in a few words, such as `Firefox on Windows`. */
  readonly userAgent: string | null;
}

export interface NewGuest extends NewSession {
  readonly userId: string;
  readonly createdAt: Date;
}

export interface UserRow {
  readonly id: string;
  readonly kind: "guest" | "user";
  readonly email: string | null;
  readonly name: string | null;
  readonly created_at: Date;
}

/** The columns of a UserRow. */
export const userColumns = sql`users.id, users.kind, users.email, users.name, users.created_at`;

/**
 * SQL for a WITH clause that defines `session (id, user_id)`: one row while the session or key is
 * valid, otherwise none.
 */
export function existingSession({ id, credential }: Caller): Statement {
  return credential.kind === "session"
    ? sql`session as (
        select id, user_id from sessions
        where id = ${credential.sessionId}::uuid and user_id = ${id}::uuid and expires_at > now()
      )`
    : sql`session as (
        select id, user_id from api_keys
        where id = ${credential.keyId}::uuid and user_id = ${id}::uuid
          and (expires_at is null or expires_at > now())
      )`;
}

/**
 * The same for a guest whom the statement creates.
 *
 * @param isAllowed SQL condition; where it is false no guest is created
 */
export function newSession(guest: NewGuest, isAllowed: Statement): Statement {
  return sql`guest as (
    insert into users (id, kind, created_at)
    select ${guest.userId}::uuid, 'guest', ${guest.createdAt}::timestamptz where ${isAllowed}
    returning id
  ), session as (${insertSession(guest, sql`guest`)} returning id, user_id)`;
}

/** SQL that inserts a session. @param owner a table `(id)` of the WITH clause: the session's user */
export function insertSession(session: NewSession, owner: Statement): Statement {
  return sql`insert into sessions (id, user_id, refresh_hash, expires_at, user_agent)
    select ${session.sessionId}::uuid, id, ${session.refreshHash}::bytea,
      ${session.expiresAt}::timestamptz, ${session.userAgent}::text
    from ${owner}`;
}

/** The outcome of a valid refresh token. */
export interface Rotated {
  /** The SHA-256 of the session's refresh token from now on. */
  readonly refreshHash: Uint8Array;
  readonly user: UserRow;
}

/** Sessions and guests in the database. All methods throw PortFailure. */
export function createAuthStore(database: Database) {
  return {
    async sessionStands(caller: Caller): Promise<boolean> {
      const rows = await database.query(
        sql`with ${existingSession(caller)} select user_id from session`,
      );
      return rows.length > 0;
    },

    async insertGuest(guest: NewGuest): Promise<void> {
      await database.query(sql`with ${newSession(guest, sql`true`)} select user_id from session`);
    },

    /**
     * Replaces a session's refresh token. The token just replaced is accepted again for 10 seconds, because
     * the reply may have been lost. Any other token ends the session (RFC 9700 §4.14.2). Undefined: it has ended.
     */
    async rotate(rotation: {
      sessionId: string;
      presented: Uint8Array;
      successor: Uint8Array;
      expiresAt: Date;
    }): Promise<Rotated | undefined> {
      const [row] = await database.query<UserRow & { refresh_hash: Uint8Array }>(sql`
        with found as (
          select id, user_id, refresh_hash, case
            when expires_at <= now() then 'ended'
            when refresh_hash = ${rotation.presented}::bytea then 'rotated'
            when previous_hash = ${rotation.presented}::bytea
              and rotated_at > now() - interval '10 seconds' then 'retried'
            else 'ended' end as state
          from sessions where id = ${rotation.sessionId}::uuid
          for update
        ), rotated as (
          update sessions set previous_hash = sessions.refresh_hash,
            refresh_hash = ${rotation.successor}::bytea,
            rotated_at = now(), expires_at = ${rotation.expiresAt}::timestamptz
          from found where sessions.id = found.id and found.state = 'rotated'
        ), ended as (
          delete from sessions using found where sessions.id = found.id and found.state = 'ended'
        )
        select ${userColumns},
          case when found.state = 'rotated' then ${rotation.successor}::bytea
            else found.refresh_hash end as refresh_hash
        from found join users on users.id = found.user_id
        where found.state <> 'ended'`);
      if (!row) return undefined;
      const { refresh_hash: refreshHash, ...user } = row;
      return { refreshHash, user };
    },

    async endSession(sessionId: string): Promise<void> {
      await database.query(sql`delete from sessions where id = ${sessionId}::uuid`);
    },
  };
}

export type AuthStore = ReturnType<typeof createAuthStore>;
