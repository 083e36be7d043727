import type { Database, Statement } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";
import type { Caller } from "../../http/access/identity.ts";

export interface NewSession {
  readonly sessionId: string;
  readonly refreshHash: Uint8Array;
  /** The SHA-256 of the secret that all refresh tokens of the session share. */
  readonly familyHash: Uint8Array;
  /** When the session ends unless it is refreshed. */
  readonly expiresAt: Date;
  /** The device in a few words, such as `Firefox on Windows`. */
  readonly userAgent: string | null;
  /** The keyed digest of the address to be remembered for the account; null: none. */
  readonly addressHash: Uint8Array | null;
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
  return sql`insert into sessions (id, user_id, refresh_hash, family_hash, expires_at, user_agent)
    select ${session.sessionId}::uuid, id, ${session.refreshHash}::bytea, ${session.familyHash}::bytea,
      ${session.expiresAt}::timestamptz, ${session.userAgent}::text
    from ${owner}`;
}

/** A refresh token as it is compared. */
export interface PresentedToken {
  readonly sessionId: string;
  readonly tokenHash: Uint8Array;
  /** Null in a token of a session that began before there were family secrets. */
  readonly familyHash: Uint8Array | null;
}

/**
 * SQL condition: the session of this id once gave out the token. A family hash proves it of any of its tokens, an
 * older session's two hashes of the last two. The session's id alone proves nothing.
 */
const isOfFamily = ({ tokenHash, familyHash }: PresentedToken): Statement => sql`(
  sessions.family_hash = ${familyHash}::bytea
  or ${tokenHash}::bytea in (sessions.refresh_hash, sessions.previous_hash)
)`;

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
     * the reply may have been lost. Any other token of the session ends it (RFC 9700 §4.14.2); a token that was
     * never the session's changes nothing. Undefined: refused.
     *
     * @param rotation.sessionLifetime milliseconds after its start at which the session ends in any case
     */
    async rotate(rotation: {
      presented: PresentedToken;
      successor: Uint8Array;
      expiresAt: Date;
      sessionLifetime: number;
    }): Promise<Rotated | undefined> {
      const { sessionId, tokenHash } = rotation.presented;
      const lifetime = sql`make_interval(secs => ${rotation.sessionLifetime / 1000}::float8)`;
      const [row] = await database.query<UserRow & { refresh_hash: Uint8Array }>(sql`
        with found as (
          select id, user_id, refresh_hash, created_at + ${lifetime} as latest, case
            when expires_at <= now() or created_at + ${lifetime} <= now() then 'ended'
            when refresh_hash = ${tokenHash}::bytea then 'rotated'
            when previous_hash = ${tokenHash}::bytea
              and rotated_at > now() - interval '10 seconds' then 'retried'
            when ${isOfFamily(rotation.presented)} then 'reused'
            else 'unknown' end as state
          from sessions where id = ${sessionId}::uuid
          for update
        ), rotated as (
          update sessions set previous_hash = sessions.refresh_hash,
            refresh_hash = ${rotation.successor}::bytea,
            rotated_at = now(), expires_at = least(${rotation.expiresAt}::timestamptz, found.latest)
          from found where sessions.id = found.id and found.state = 'rotated'
        ), ended as (
          delete from sessions using found
          where sessions.id = found.id and found.state in ('ended', 'reused')
        )
        select ${userColumns},
          case when found.state = 'rotated' then ${rotation.successor}::bytea
            else found.refresh_hash end as refresh_hash
        from found join users on users.id = found.user_id
        where found.state in ('rotated', 'retried')`);
      if (!row) return undefined;
      const { refresh_hash: refreshHash, ...user } = row;
      return { refreshHash, user };
    },

    /** Ends the session that the token belongs or belonged to. */
    async endSession(presented: PresentedToken): Promise<void> {
      await database.query(sql`
        delete from sessions
        where id = ${presented.sessionId}::uuid and ${isOfFamily(presented)}`);
    },
  };
}

export type AuthStore = ReturnType<typeof createAuthStore>;
