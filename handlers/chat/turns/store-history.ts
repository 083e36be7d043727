import type { Statement } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";

/** Messages read from the database, at most; the token budget decides how many a model gets. */
const mostMessages = 40;

/**
 * SQL expression: the earlier messages of the conversation in the statement's CTE `conversation (id)`, as
 * PastMessages, oldest first. Messages that the statement itself inserts are not among them.
 *
 * @param isKept SQL condition; where it is false a message is left out
 */
export const pastMessages = (isKept: Statement): Statement => sql`coalesce((
  select jsonb_agg(
    jsonb_build_object('role', role, 'content', content, 'tool_calls', tool_calls,
      'cited', jsonb_path_query_array(sources, '$[*].document_id')) order by id
  )
  from (
    select id, role, content, tool_calls, sources from messages
    where conversation_id = (select id from conversation)
      and (content <> '' or tool_calls <> '[]') and ${isKept}
    order by id desc limit ${mostMessages}::integer
  ) as recent
), '[]')`;
