import type { Statement } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";

/** From which question on a new one replaces a conversation's messages. The client knows no ids of stored questions. */
export interface Replacement {
  /** The message to replace; a question from here back is the first replaced. Undefined: the client named none. */
  readonly messageId: string | undefined;
  /** Ids of the client's messages before the question; the question after the newest stored one is the first replaced. */
  readonly before: readonly string[];
  /** Where no id is one of the conversation's. */
  readonly otherwise: "all" | "last-turn" | "nothing";
}

const first = "00000000-0000-0000-0000-000000000000";
const beyondLast = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** SQL expression: the id of the first message to replace in the statement's CTE `conversation (id)`. */
export function firstReplaced({ messageId, before, otherwise }: Replacement): Statement {
  const own = sql`messages.conversation_id = (select id from conversation)`;
  const question = sql`select messages.id from messages where ${own} and role = 'user'`;
  return sql`coalesce(
    (${question} and id <= (
      select id from messages where ${own} and id = ${messageId ?? null}::uuid
    ) order by id desc limit 1),
    (select coalesce(
      (${question} and messages.id > known.id order by messages.id limit 1), ${beyondLast}::uuid
    ) from (
      select id from messages where ${own} and id = any(${before}::uuid[]) order by id desc limit 1
    ) as known),
    ${otherwise === "last-turn" ? sql`(${question} order by id desc limit 1)` : sql`null::uuid`},
    ${otherwise === "nothing" ? beyondLast : first}::uuid
  )`;
}
