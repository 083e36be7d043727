import type { Database, Statement } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";
import { insertSession, type NewSession, type UserRow } from "./store.ts";

/** Somebody signing in: the session to be, and the guest they have been, if they were one. */
export interface SignIn {
  readonly session: NewSession;
  readonly guestId: string | undefined;
}

/** The columns of a UserRow, for a `returning`. */
export const account = sql`users.id, users.kind, users.email, users.name, users.created_at`;

/**
 * Signs into the account that a statement makes or finds, and hands it over what the guest had. All of
 * it happens or nothing: without an account, the guest stays who they are.
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
        -- A client's name for a conversation is good once: the account's own conversation keeps it.
        client_key = case when exists (
          select from conversations as own
          where own.owner_id = account.id and own.client_key = conversations.client_key
        ) then null else client_key end
      from account where owner_id = ${guest}
    ), ended as (
      delete from users using account where users.id = ${guest} and users.kind = 'guest'
    ), session as (${insertSession(session, sql`account`)})
    select id, kind, email, name, created_at from account`;
  if (guestId === undefined) return (await database.query<UserRow>(statement))[0];
  // What the guest is writing at this moment is waited for, so that the next statement sees it.
  const lock = sql`select id from users where id = ${guest} for update`;
  const [, rows] = await database.batch<[object[], UserRow[]]>([lock, statement]);
  return rows[0];
}
