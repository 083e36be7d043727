import type { Statement } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";

/** SQL expression: the time of a UUID of version 7, milliseconds since 1970. */
const timeOf = (id: Statement) =>
  sql`('x' || left(replace((${id})::text, '-', ''), 12))::bit(48)::bigint`;

/**
 * Puts new messages behind those of their conversation, whose order is that of the ids, which are times: the clock may
 * have been set back, or that of another instance be ahead. Then the new ids are moved to later times.
 *
 * @param first the least of the new ids
 * @param conversation a new one has no messages
 */
export function orderBehind(first: string, conversation: "new" | "existing") {
  if (conversation === "new") return { lateness: sql``, place: (id: Statement) => id };
  return {
    /**
     * SQL for a WITH clause, behind the CTE `conversation (id)`, with a comma behind it: how far ids must be moved; mostly
     * no row.
     */
    lateness: sql`lateness (milliseconds) as (
      select ${timeOf(sql`id`)} - ${timeOf(sql`${first}::uuid`)} + 1 from messages
      where conversation_id = (select id from conversation) and id >= ${first}::uuid
      order by id desc limit 1
    ),`,
    /** SQL expression: a new message's id. @param id SQL expression: as it was made */
    place: (id: Statement) => sql`coalesce((
      select (lpad(to_hex(${timeOf(id)} + milliseconds), 12, '0')
        || substr(replace((${id})::text, '-', ''), 13))::uuid from lateness
    ), ${id})`,
  };
}
