import { sql } from "../../handlers/lib/sql.ts";
import type { Database } from "../../handlers/ports/database.ts";

/** Whether anyone has ever signed in and may still be. @throws PortFailure, the database's own */
export async function hasSessions(database: Database): Promise<boolean> {
  const [row] = await database.query<{ found: boolean }>(
    sql`select exists (select from sessions) as found`,
  );
  return row?.found !== false;
}
