import { feedbackList, openQuestions, type OpenQuestion } from "../contract/operator/feedback.ts";
import { attachment } from "../http/attachment.ts";
import { invalidCursor, notFound, Problem } from "../http/problem.ts";
import { json, noContent, type Reply } from "../http/reply.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { csvRecord, streamText } from "../lib/csv.ts";
import { exportFeedback, listFeedback, readPlace } from "./list.ts";
import { readQuestions, type QuestionDependencies } from "./questions.ts";
import { answerParams, feedbackQuery, questionsQuery, voteBody } from "./schema.ts";
import type { FeedbackStore } from "./store.ts";

export interface VoteRouteOptions {
  readonly store: FeedbackStore;
  /** Whether notes are stored. */
  readonly storeQuestions: "on" | "off";
}

/** The route to vote on an answer. @throws Problem */
export function voteRoutes({ store, storeQuestions }: VoteRouteOptions): Route[] {
  const keptNote = (note: string) =>
    storeQuestions === "on" && note.trim() !== "" ? note.trim() : null;

  return [
    defineRoute({
      method: "POST",
      path: "/api/chat/:message_id/feedback",
      summary:
        "Vote on one of your answers; a vote replaces the earlier one, and null takes it back",
      access: "guest",
      scope: "chat",
      params: answerParams,
      body: voteBody,
      output: { 204: undefined },
      problems: {
        404: "You have no such answer",
        409: "The answer is still being written (conversation_busy)",
      },
      async handle({ params, body: { vote, note } }, { caller }) {
        // A caller without a token owns no answer and gets the same 404 as for an unknown one.
        if (!("id" in caller)) throw notFound("answer");
        const given = vote === null ? undefined : { vote, note: keptNote(note ?? "") };
        switch (await store.vote(caller.id, params.message_id, given)) {
          case "done":
            return noContent();
          case "not-found":
            throw notFound("answer");
          case "unfinished":
            throw new Problem(409, "conversation_busy", "This answer is still being written.");
        }
      },
    }),
  ];
}

/** The operator's routes: votes, and questions that were refused or voted down. @throws Problem */
export function operatorRoutes(deps: QuestionDependencies): Route[] {
  const { lists } = deps;
  return [
    defineRoute({
      method: "GET",
      path: "/api/feedback",
      summary: "All votes, the newest first; texts only with STORE_QUESTIONS=on",
      access: "admin",
      query: feedbackQuery,
      output: { 200: feedbackList },
      mediaTypes: ["text/csv"],
      async handle({ query: { cursor, limit, format } }) {
        const after = readPlace(cursor);
        if (after === "invalid-cursor") throw invalidCursor();
        if (format === "csv") {
          return csvReply("feedback", streamText(await exportFeedback(lists, after)));
        }
        const { rows, next_cursor } = await listFeedback(lists, after, limit);
        return json({ feedback: rows, next_cursor });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/questions",
      summary:
        "How much was asked, and which questions were refused or voted down: the newest 2,000, grouped where they ask the same",
      access: "admin",
      query: questionsQuery,
      output: { 200: openQuestions },
      mediaTypes: ["text/csv"],
      async handle({ query: { days, format } }) {
        const found = await readQuestions(days, deps);
        if (format === "json") return json(found);
        return csvReply("questions", questionsCsv(found.questions));
      },
    }),
  ];
}

function questionsCsv(questions: readonly OpenQuestion[]): string {
  const header = ["question", "count", "refused", "bad", "last_asked_at", "similar"];
  const records = questions.map(({ question, count, refused, bad, last_asked_at, similar }) =>
    csvRecord([question, count, refused, bad, last_asked_at, similar.join("\n")]),
  );
  return [csvRecord(header), ...records].join("");
}

function csvReply(name: string, body: NonNullable<Reply["body"]>): Reply {
  const headers = {
    "content-type": "text/csv; charset=utf-8; header=present",
    "content-disposition": attachment(name, "csv"),
  };
  return { status: 200, headers, body };
}
