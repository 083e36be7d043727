import type { Database } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";
import { signInto, type SignIn } from "../sessions/store-sign-in.ts";
import { userColumns, type UserRow } from "../sessions/store.ts";

/** A user whom a provider has identified. */
export interface Recognised {
  readonly provider: string;
  readonly subject: string;
  /** The id of the account, if it must be created. */
  readonly userId: string;
  readonly email: string | null;
  readonly name: string | null;
  /** The SHA-256 of the code that signs the user in. */
  readonly codeHash: Uint8Array;
}

/** Identities and sign-in codes in the database. All methods throw PortFailure. */
export function createProviderStore(database: Database) {
  return {
    /**
     * Stores a code, valid for 60 seconds, for this subject's account, and creates the account if there is
     * none. If another account has the email address, the new one gets none.
     *
     * @throws PortFailure `conflict` when the account is being created at this moment: the next try finds it
     */
    async recognise({ provider, subject, ...made }: Recognised): Promise<void> {
      const email = sql`${made.email}::text`;
      await database.query(sql`
        with known as (
          select user_id as id from identities
          where provider = ${provider}::text and subject = ${subject}::text
        ), made as (
          insert into users (id, kind, email, name)
          select ${made.userId}::uuid, 'user',
            case when exists (select from users where email = ${email}) then null else ${email} end,
            ${made.name}::text
          where not exists (select from known)
          returning id
        ), linked as (
          insert into identities (provider, subject, user_id)
          select ${provider}::text, ${subject}::text, id from made
        ), expired as (
          delete from sign_in_codes where expires_at <= now()
        )
        insert into sign_in_codes (code_hash, user_id, expires_at)
        select ${made.codeHash}::bytea, id, now() + interval '60 seconds'
        from (select id from known union all select id from made) as account`);
    },

    /** The id of the user whom a code would sign in; undefined for a used, expired or unknown code. */
    async findCode(codeHash: Uint8Array): Promise<string | undefined> {
      const [row] = await database.query<{ user_id: string }>(sql`
        select user_id from sign_in_codes
        where code_hash = ${codeHash}::bytea and expires_at > now()`);
      return row?.user_id;
    },

    /** Signs in by a code and deletes it; undefined when it was used or has expired. */
    redeem(codeHash: Uint8Array, signIn: SignIn): Promise<UserRow | undefined> {
      const found = sql`
        delete from sign_in_codes using users
        where code_hash = ${codeHash}::bytea and expires_at > now()
          and users.id = sign_in_codes.user_id
        returning ${userColumns}`;
      return signInto(database, found, signIn);
    },
  };
}

export type ProviderStore = ReturnType<typeof createProviderStore>;
