import type { Statement } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";
import { fromFirstQuestion, type PastMessage } from "../answers/history.ts";
import { readText, unfinishedLog, type WithLog } from "./store-runs.ts";

type LoggedMessage = PastMessage & WithLog;

/** The column `history` as `pastMessages` selects it. */
export interface LoggedHistory {
  readonly history: readonly LoggedMessage[];
}

/** Messages read from the database, at most; the token budget decides how many a model gets. */
const mostMessages = 40;

/**
 * SQL expression: the earlier messages of the conversation in the statement's CTE `conversation (id)`, as
 * LoggedMessages, oldest first. Messages that the statement itself inserts are not among them.
 *
 * @param isKept SQL condition; where it is false a message is left out
 */
export const pastMessages = (isKept: Statement): Statement => sql`coalesce((
  select jsonb_agg(
    jsonb_build_object('role', role, 'content', content, 'log', log, 'tool_calls', tool_calls,
      'cited', jsonb_path_query_array(sources, '$[*].document_id')) order by id
  )
  from (
    select id, role, content, ${unfinishedLog} as log, tool_calls, sources from messages
    where conversation_id = (select id from conversation)
      and (content <> '' or tool_calls <> '[]' or status = 'streaming') and ${isKept}
    order by id desc limit ${mostMessages}::integer
  ) as recent
), '[]')`;

/** The messages with their whole texts, without those that say nothing and called nothing. */
export function readHistory(messages: readonly LoggedMessage[]): readonly PastMessage[] {
  const past = messages
    .map((message) => readText(message))
    .filter(({ content, tool_calls: calls }) => content !== "" || calls.length > 0);
  return messages.length < mostMessages ? past : fromFirstQuestion(past);
}
