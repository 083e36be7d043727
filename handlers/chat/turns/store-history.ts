import type { Statement } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";

/** So many messages are looked at; how many of them a model reads, the token budget decides. */
const mostMessages = 40;

/**
 * What was said so far in the conversation of a `conversation (id)` in the statement's WITH: PastMessages,
 * oldest first. The statement's own writes are not among them.
 */
export const pastMessages: Statement = sql`coalesce((
  select jsonb_agg(
    jsonb_build_object('role', role, 'content', content, 'tool_calls', tool_calls,
      'cited', jsonb_path_query_array(sources, '$[*].document_id')) order by id
  )
  from (
    select id, role, content, tool_calls, sources from messages
    where conversation_id = (select id from conversation)
      and (content <> '' or tool_calls <> '[]')
    order by id desc limit ${mostMessages}::integer
  ) as recent
), '[]')`;
