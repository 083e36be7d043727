import * as v from "valibot";
import { votes } from "../conversation.ts";
import { pageOf } from "../page.ts";
import type { Sent } from "../sent.ts";

const text = (of: string) =>
  v.pipe(
    v.nullable(v.string()),
    v.description(`${of}; null unless STORE_QUESTIONS was on when it was written, and still is`),
  );

const givenFeedback = v.object({
  message_id: v.string(),
  vote: v.picklist(votes),
  note: text("What its owner noted, if anything"),
  question: text("The question that was answered"),
  answer: text("The answer"),
  created_at: v.pipe(v.string(), v.description("When this vote was given")),
});

export const feedbackList = pageOf("feedback", givenFeedback);

export const openQuestion = v.object({
  question: v.pipe(
    v.string(),
    v.description("The wording asked most often, its first 500 characters"),
  ),
  count: v.pipe(v.number(), v.description("How often it was refused, voted down, or both")),
  refused: v.number(),
  bad: v.number(),
  last_asked_at: v.string(),
  similar: v.pipe(
    v.array(v.string()),
    v.description("Up to 20 other wordings of the same question, those asked most often first"),
  ),
});

export const openQuestions = v.object({
  stored: v.pipe(
    v.boolean(),
    v.description("Whether STORE_QUESTIONS is on; while it is off, `questions` is empty"),
  ),
  questions: v.pipe(
    v.array(openQuestion),
    v.description(
      "The newest 2,000 questions that were refused or voted down, grouped where they ask the same; those asked while STORE_QUESTIONS was off are left out",
    ),
  ),
  counts: v.pipe(
    v.object({ asked: v.number(), refused: v.number(), good: v.number(), bad: v.number() }),
    v.description("Of the messages that were asked in these days and still exist"),
  ),
});

export type OpenQuestion = Sent<typeof openQuestion>;
export type OpenQuestions = Sent<typeof openQuestions>;
