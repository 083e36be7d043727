import type { Database, Statement } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";
import { insertSession, type NewSession, type UserRow } from "./store.ts";

/** A sign-in: the new session, and the guest that the user was before, if any. */
export interface SignIn {
  readonly session: NewSession;
  readonly guestId: string | undefined;
}

/**
 * Signs into the account that a statement creates or finds, remembers the session's address, moves the guest's
 * conversations to the account and deletes the guest, all in one statement. Undefined when there is no account;
 * then nothing changes.
 *
 * @param found a statement that returns `userColumns`
 * @throws PortFailure
 */
export async function signInto(
  database: Database,
  found: Statement,
  { session, guestId }: SignIn,
): Promise<UserRow | undefined> {
  const guest = sql`${guestId ?? null}::uuid`;
  const statement = sql`
    with account as (${found}), moved as (
      update conversations set owner_id = account.id,
        -- A client's name for a conversation is unique for an owner: the account's own conversation keeps it.
        client_key = case when exists (
          select from conversations as own
          where own.owner_id = account.id and own.client_key = conversations.client_key
        ) then null else client_key end
      from account where owner_id = ${guest}
    ), ended as (
      delete from users using account where users.id = ${guest} and users.kind = 'guest'
    ), known as (
      insert into known_addresses (user_id, address_hash)
      select id, ${session.addressHash}::bytea from account
      where ${session.addressHash}::bytea is not null
      on conflict (user_id, address_hash) do update set seen_at = now()
    ), session as (${insertSession(session, sql`account`)})
    select id, kind, email, name, created_at from account`;
  if (guestId === undefined) return (await database.query<UserRow>(statement))[0];
  // Waits for concurrent writes of the guest, so that the next statement sees them.
  const lock = sql`select id from users where id = ${guest} for update`;
  const [, rows] = await database.batch<[object[], UserRow[]]>([lock, statement]);
  return rows[0];
}
