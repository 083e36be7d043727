import type { Database } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";
import type { Holder } from "../tokens/holder.ts";
import type { Span } from "../keys/page.ts";
import { account, signInto, type SignIn } from "../sessions/store-sign-in.ts";
import { existingSession, type UserRow } from "../sessions/store.ts";

export interface NewAccount {
  readonly userId: string;
  readonly email: string;
  readonly name: string | null;
  readonly passwordHash: string;
}

/** An account with what its password is checked against. */
export interface AccountRow extends UserRow {
  readonly password_hash: string | null;
}

export interface SessionRow {
  readonly id: string;
  readonly created_at: Date;
  readonly last_used_at: Date;
  readonly expires_at: Date;
  readonly user_agent: string | null;
}

export function createAccountStore(database: Database) {
  return {
    /** A new account, signed in; undefined when the address is taken. */
    insertAccount({ userId, email, name, passwordHash }: NewAccount, signIn: SignIn) {
      const made = sql`
        insert into users (id, kind, email, name, password_hash)
        values (${userId}::uuid, 'user', ${email}::text, ${name}::text, ${passwordHash}::text)
        on conflict (email) do nothing
        returning ${account}`;
      return signInto(database, made, signIn);
    },

    async findAccount(email: string): Promise<AccountRow | undefined> {
      const [row] = await database.query<AccountRow>(
        sql`select ${account}, password_hash from users where email = ${email}::text`,
      );
      return row;
    },

    /**
     * Signs in with the password hash that was verified, and keeps `renewed` in its place. Undefined when
     * the account has another one by now, or is gone.
     */
    insertSession(
      { userId, verified, renewed }: { userId: string; verified: string; renewed: string },
      signIn: SignIn,
    ) {
      const found = sql`
        update users set password_hash = ${renewed}::text
        where id = ${userId}::uuid and password_hash = ${verified}::text
        returning ${account}`;
      return signInto(database, found, signIn);
    },

    /** The holder's account or guest; undefined when the session has ended. */
    async readUser(holder: Holder): Promise<AccountRow | undefined> {
      const [row] = await database.query<AccountRow>(sql`
        with ${existingSession(holder)}
        select ${account}, password_hash from users join session on users.id = session.user_id`);
      return row;
    },

    /** Undefined when the session has ended. */
    async rename(holder: Holder, name: string | null): Promise<UserRow | undefined> {
      const [row] = await database.query<UserRow>(sql`
        with ${existingSession(holder)}
        update users set name = ${name}::text from session where users.id = session.user_id
        returning ${account}`);
      return row;
    },

    /**
     * A new password, and a new name where there is one; every other session of the account ends.
     * Undefined when the password that was verified is not the account's any more.
     */
    async changePassword(change: {
      holder: Holder;
      keptSession: string;
      verified: string;
      passwordHash: string;
      /** Undefined: it stays. */
      name: string | null | undefined;
    }): Promise<UserRow | undefined> {
      const name = change.name === undefined ? sql`name` : sql`${change.name}::text`;
      // A sign-in that is being written is waited for, so that the next statement sees its session.
      const lock = sql`
        select id from users where id = ${change.holder.userId}::uuid for no key update`;
      const statement = sql`
        with ${existingSession(change.holder)}, changed as (
          update users set password_hash = ${change.passwordHash}::text, name = ${name} from session
          where users.id = session.user_id and password_hash = ${change.verified}::text
          returning ${account}
        ), ended as (
          delete from sessions using changed
          where sessions.user_id = changed.id and sessions.id <> ${change.keptSession}::uuid
        )
        select id, kind, email, name, created_at from changed`;
      const [, rows] = await database.batch<[object[], UserRow[]]>([lock, statement]);
      return rows[0];
    },

    /**
     * Deletes the account and all that is its own. False when the password is another one by now.
     *
     * @param verified undefined for an account without a password
     */
    async remove(holder: Holder, verified: string | undefined): Promise<boolean> {
      const rows = await database.query(sql`
        with ${existingSession(holder)}
        delete from users using session
        where users.id = session.user_id 
          and password_hash is not distinct from ${verified ?? null}::text
        returning users.id`);
      return rows.length > 0;
    },

    /** Newest first, at most `limit`, from below the session `before` on. */
    listSessions(userId: string, { before, limit }: Span): Promise<SessionRow[]> {
      return database.query<SessionRow>(sql`
        select id, created_at, rotated_at as last_used_at, expires_at, user_agent from sessions
        where user_id = ${userId}::uuid and expires_at > now()
          ${before === undefined ? sql`` : sql`and id < ${before}::uuid`}
        order by id desc limit ${limit}`);
    },

    /** False when the user has no such session. */
    async removeSession(userId: string, sessionId: string): Promise<boolean> {
      const rows = await database.query(sql`
        delete from sessions where id = ${sessionId}::uuid and user_id = ${userId}::uuid
        returning id`);
      return rows.length > 0;
    },
  };
}

export type AccountStore = ReturnType<typeof createAccountStore>;
