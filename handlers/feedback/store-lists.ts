import type { Vote } from "../contract/conversation.ts";
import type { OpenQuestions } from "../contract/operator/feedback.ts";
import { firstUuidAt } from "../lib/ids.ts";
import type { Place } from "../lib/paging.ts";
import { sql } from "../lib/sql.ts";
import type { Database } from "../ports/database.ts";

/** A vote as the operator reads it, with the texts that they may read. */
export interface FeedbackRecord {
  readonly message_id: string;
  readonly vote: Vote;
  readonly note: string | null;
  readonly question: string | null;
  readonly answer: string | null;
  readonly created_at: Date;
}

/** A question that was refused or voted down. */
export interface OpenRecord {
  readonly text: string;
  readonly refused: boolean;
  readonly bad: boolean;
  readonly asked_at: Date;
}

/** Characters of a question in the list of questions: of 2,000, one megabyte at most. */
const questionLength = 500;

/** SQL expression: the question of the answer in `messages`; null where it has none. */
const question = sql`(
  select asked.content from messages as asked
  where asked.conversation_id = messages.conversation_id and asked.role = 'user'
    and asked.id < messages.id
  order by asked.id desc limit 1
)`;

/**
 * Reads what the operator may know of questions and votes; texts only while `storeQuestions` is on, and only those of
 * turns that ended while it was. All methods throw PortFailure.
 */
export function createOperatorLists(database: Database, storeQuestions: "on" | "off") {
  const isReadable = storeQuestions === "on" ? sql`operator_may_read` : sql`false`;

  return {
    /** Votes after `after`, the newest first. */
    async feedback(
      after: Place | undefined,
      limit: number,
    ): Promise<{ feedback: FeedbackRecord; place: Place }[]> {
      const isBehind = after
        ? sql`(feedback.created_at, message_id) < (
            'epoch'::timestamptz + ${after.key}::bigint * interval '1 microsecond', ${after.id}::uuid
          )`
        : sql`true`;
      const note = storeQuestions === "on" ? sql`note` : sql`null::text`;
      const rows = await database.query<FeedbackRecord & { key: number }>(sql`
        select message_id, vote, ${note} as note,
          case when ${isReadable} then ${question} end as question,
          case when ${isReadable} then content end as answer,
          feedback.created_at,
          round(date_part('epoch', feedback.created_at) * 1000000)::bigint as key
        from feedback join messages on messages.id = message_id
        where ${isBehind}
        order by feedback.created_at desc, message_id desc limit ${limit}`);
      return rows.map(({ key, ...feedback }) => ({
        feedback,
        place: { key, id: feedback.message_id },
      }));
    },

    /** Counts messages since a time, milliseconds since 1970. Their ids sort by time, so no other index is needed. */
    async counts(since: number): Promise<OpenQuestions["counts"]> {
      const [row] = await database.query<OpenQuestions["counts"]>(sql`
        select count(*) filter (where role = 'user') as asked,
          count(*) filter (where refused) as refused,
          count(*) filter (where vote = 'good') as good,
          count(*) filter (where vote = 'bad') as bad
        from messages left join feedback on message_id = messages.id
        where messages.id >= ${firstUuidAt(since)}::uuid`);
      return row ?? { asked: 0, refused: 0, good: 0, bad: 0 };
    },

    /** The newest questions since a time that were refused or voted down, at most `limit`. */
    openQuestions(since: number, limit: number): Promise<OpenRecord[]> {
      return database.query<OpenRecord>(sql`
        select left(text, ${questionLength}::integer) as text, refused, bad, asked_at
        from (
          select ${question} as text, refused, coalesce(vote = 'bad', false) as bad,
            messages.created_at as asked_at, messages.id
          from messages left join feedback on message_id = messages.id
          where messages.id >= ${firstUuidAt(since)}::uuid and ${isReadable}
            and (refused or vote = 'bad')
          order by messages.id desc limit ${limit}
        ) as open
        where text is not null order by id desc`);
    },
  };
}

export type OperatorLists = ReturnType<typeof createOperatorLists>;
