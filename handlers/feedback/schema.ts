import * as v from "valibot";
import { votes } from "../contract/conversation.ts";
import { pageQuery, wholeNumber } from "../lib/paging.ts";
import { atMost, storableText } from "../lib/text-schema.ts";

export const answerParams = v.object({ message_id: v.pipe(v.string(), v.maxLength(200)) });

/** The body of a vote. */
export const voteBody = v.object({
  vote: v.pipe(
    v.nullable(v.picklist(votes, 'must be "good", "bad" or null')),
    v.description("Replaces your earlier vote on the answer, with its note; null takes it back"),
  ),
  note: v.optional(
    v.pipe(
      v.nullable(v.pipe(storableText, atMost(1000))),
      v.description("What was good or bad. Stored only while the operator has STORE_QUESTIONS=on"),
    ),
  ),
});

const format = v.optional(v.picklist(["json", "csv"], "must be json or csv"), "json");

/** A CSV has all votes from the cursor on, whatever the limit. */
export const feedbackQuery = v.object({ ...pageQuery({ usual: 50, maximum: 100 }), format });

export const questionsQuery = v.object({ days: wholeNumber({ usual: 7, maximum: 365 }), format });
