import type { Vote } from "../contract/conversation.ts";
import { isUuid } from "../lib/ids.ts";
import { sql } from "../lib/sql.ts";
import type { Database } from "../ports/database.ts";

/** A vote with its note, if there is one. */
export interface GivenVote {
  readonly vote: Vote;
  readonly note: string | null;
}

/** `unfinished`: the answer is still being written. */
export type VoteOutcome = "done" | "not-found" | "unfinished";

/** Notes deleted by one statement. */
const notesAtOnce = 500;

/** Stores votes on answers. All methods throw PortFailure. */
export function createFeedbackStore(database: Database) {
  return {
    /**
     * Stores an owner's vote on an answer in place of the earlier one; undefined takes that back. An answer that
     * was not saved for 30 s counts as interrupted and not as unfinished.
     */
    async vote(
      ownerId: string,
      messageId: string,
      given: GivenVote | undefined,
    ): Promise<VoteOutcome> {
      if (!isUuid(messageId)) return "not-found";
      const voted = given
        ? sql`insert into feedback (message_id, vote, note)
            select id, ${given.vote}::text, ${given.note}::text from answer where not unfinished
            on conflict (message_id) do update
            set vote = excluded.vote, note = excluded.note, created_at = excluded.created_at
            where (feedback.vote, feedback.note) is distinct from (excluded.vote, excluded.note)`
        : sql`delete from feedback
            where message_id = (select id from answer where not unfinished)`;
      const [answer] = await database.query<{ unfinished: boolean }>(sql`
        with answer as (
          select messages.id, status = 'streaming' and messages.updated_at
            between now() - interval '30 seconds' and now() + interval '30 seconds' as unfinished
          from messages join conversations on conversations.id = conversation_id
          where messages.id = ${messageId}::uuid and owner_id = ${ownerId}::uuid
            and role = 'assistant'
        ), voted as (${voted})
        select unfinished from answer`);
      if (!answer) return "not-found";
      return answer.unfinished ? "unfinished" : "done";
    },

    /** Deletes some of the notes; the votes stay. Returns how many. */
    async forgetNotes(): Promise<number> {
      const rows = await database.query(sql`
        update feedback set note = null where message_id in (
          select message_id from feedback where note is not null
          limit ${notesAtOnce}::integer for update skip locked
        ) returning message_id`);
      return rows.length;
    },
  };
}

export type FeedbackStore = ReturnType<typeof createFeedbackStore>;
