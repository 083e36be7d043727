import { sql } from "../../lib/sql.ts";
import type { Statement } from "../../ports/database.ts";

/**
 * How long an answer counts as being written after its last renewal: two renewals, which come every 2 s, may be late or
 * fail. Readers elsewhere look every half second, so that they learn of a dead process within 5 s.
 */
const lease = sql`interval '4.25 seconds'`;
/** Of answers begun by a version that only saved silent ones every 10 s. */
const earlierLease = sql`interval '30 seconds'`;

const within = (time: Statement) =>
  sql`messages.updated_at between now() - ${time} and now() + ${time}`;

/**
 * SQL condition on a row of messages: a process is writing this answer, by the database's clock. A renewal later than
 * now is none: the clock was set back.
 */
export const isAnswering: Statement = sql`(status = 'streaming' and case
  when dialect is null then ${within(earlierLease)} else ${within(lease)} end)`;

/**
 * SQL for a WITH clause: defines `known (id)`, the conversation if it is the caller's, and `conversation (id)`, the same
 * row if this statement may write an answer in it: no other answer is being written. Of two statements that claim a
 * conversation at once, on whichever instances, one waits for the other's row lock, finds the row changed, and gets
 * none.
 *
 * @param condition SQL condition for claiming it
 */
export const claim = (conversationId: string, condition: Statement): Statement => sql`
  known as (
    select id, updated_at from conversations
    where id = ${conversationId}::uuid and owner_id = (select user_id from caller)
  ), conversation as (
    update conversations set updated_at = now() from known
    where conversations.id = known.id and conversations.updated_at = known.updated_at
      and ${condition} and not coalesce((
        select ${isAnswering} from messages
        where conversation_id = known.id order by messages.id desc limit 1
      ), false)
    returning conversations.id
  )`;
