import type { Database } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";
import type { Admission, Checked, VerdictRow } from "../../http/access/admission.ts";
import type { Span } from "../keys/page.ts";
import { signInto, type SignIn } from "../sessions/store-sign-in.ts";
import { userColumns, type UserRow } from "../sessions/store.ts";

export interface NewAccount {
  readonly userId: string;
  readonly email: string;
  readonly name: string | null;
  readonly passwordHash: string;
}

/** An account with its password's hash; null for an account without a password. */
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

/** Accounts and their sessions in the database. All methods throw PortFailure. */
export function createAccountStore(database: Database) {
  return {
    /** Inserts an account and signs in; undefined when another account has the address. */
    insertAccount({ userId, email, name, passwordHash }: NewAccount, signIn: SignIn) {
      const made = sql`
        insert into users (id, kind, email, name, password_hash)
        values (${userId}::uuid, 'user', ${email}::text, ${name}::text, ${passwordHash}::text)
        on conflict (email) do nothing
        returning ${userColumns}`;
      return signInto(database, made, signIn);
    },

    async findAccount(email: string): Promise<AccountRow | undefined> {
      const [row] = await database.query<AccountRow>(
        sql`select ${userColumns}, password_hash from users where email = ${email}::text`,
      );
      return row;
    },

    /** The digests of the addresses from which the account was signed into. */
    async findKnownAddresses(
      email: string,
    ): Promise<{ user_id: string; address_hashes: Uint8Array[] } | undefined> {
      const rows = await database.query<{ user_id: string; address_hash: Uint8Array }>(sql`
        select user_id, address_hash from known_addresses
        join users on users.id = user_id where email = ${email}::text`);
      const [first] = rows;
      return (
        first && { user_id: first.user_id, address_hashes: rows.map((row) => row.address_hash) }
      );
    },

    /**
     * Signs in if the account still has the password hash `verified`, and replaces it by `renewed`. Undefined
     * when its password was changed meanwhile, or the account deleted.
     */
    insertSession(
      { userId, verified, renewed }: { userId: string; verified: string; renewed: string },
      signIn: SignIn,
    ) {
      const found = sql`
        update users set password_hash = ${renewed}::text
        where id = ${userId}::uuid and password_hash = ${verified}::text
        returning ${userColumns}`;
      return signInto(database, found, signIn);
    },

    /** The caller's account or guest. */
    async readUser(admission: Admission): Promise<Checked<AccountRow>> {
      const [row] = await database.query<AccountRow & VerdictRow>(sql`
        with ${admission.caller}
        select ${userColumns}, password_hash, ${admission.verdict}
        from users join caller on users.id = caller.user_id`);
      return admission.check(row);
    },

    async rename(admission: Admission, name: string | null): Promise<Checked<UserRow>> {
      const [row] = await database.query<UserRow & VerdictRow>(sql`
        with ${admission.caller}
        update users set name = ${name}::text from caller where users.id = caller.user_id
        returning ${userColumns}, ${admission.verdict}`);
      return admission.check(row);
    },

    /**
     * Sets a password and, if given, a name; ends all sessions of the account but the caller's. Undefined
     * when the caller's session has ended, or the password was changed since it was verified.
     */
    async changePassword(
      { caller, userId }: Admission,
      change: {
        verified: string;
        passwordHash: string;
        /** Undefined: unchanged. */
        name: string | null | undefined;
      },
    ): Promise<UserRow | undefined> {
      const name = change.name === undefined ? sql`name` : sql`${change.name}::text`;
      // Waits for a concurrent sign-in, so that the next statement sees its session.
      const lock = sql`select id from users where id = ${userId}::uuid for no key update`;
      const statement = sql`
        with ${caller}, changed as (
          update users set password_hash = ${change.passwordHash}::text, name = ${name} from caller
          where users.id = caller.user_id and password_hash = ${change.verified}::text
          returning ${userColumns}
        ), ended as (
          delete from sessions using changed
          where sessions.user_id = changed.id
            and sessions.id <> (select session_id from caller)
        )
        select id, kind, email, name, created_at from changed`;
      const [, rows] = await database.batch<[object[], UserRow[]]>([lock, statement]);
      return rows[0];
    },

    /**
     * Deletes the account and all its data. False when the session has ended, or the password was changed
     * since it was verified.
     *
     * @param verified undefined for an account without a password
     */
    async remove({ caller }: Admission, verified: string | undefined): Promise<boolean> {
      const rows = await database.query(sql`
        with ${caller}
        delete from users using caller
        where users.id = caller.user_id
          and password_hash is not distinct from ${verified ?? null}::text
        returning users.id`);
      return rows.length > 0;
    },

    /** Newest first, at most `limit`, older than the session `before`. */
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
