import { createTokens } from "../../../handlers/auth/tokens/tokens.ts";
import type { Ports } from "../../../handlers/app.ts";
import { uuidV7 } from "../../../handlers/lib/ids.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import type { TestApp } from "../apps/test-app.ts";

export interface SignedIn {
  readonly userId: string;
  readonly sessionId: string;
  readonly headers: { readonly authorization: string };
}

/** A new user with a live session, made without the sign-in routes. */
export async function signIn(
  { database, ports }: Pick<TestApp, "database"> & { ports: Pick<Ports, "secrets" | "clock"> },
  { kind }: { kind: "guest" | "user" } = { kind: "user" },
): Promise<SignedIn> {
  const [userId, sessionId] = [uuidV7(Date.now()), uuidV7(Date.now())];
  await database.query(sql`
    with added as (insert into users (id, kind) values (${userId}::uuid, ${kind}::text) returning id)
    insert into sessions (id, user_id, refresh_hash, expires_at)
    select ${sessionId}::uuid, id, ${new Uint8Array(32)}::bytea, now() + interval '1 day' from added`);
  const tokens = createTokens(ports.secrets, ports.clock, 30 * 60_000);
  const token = await (await tokens.signer())?.({ userId, sessionId, kind });
  return { userId, sessionId, headers: { authorization: `Bearer ${token}` } };
}
