import { notFound, Problem } from "../http/problem.ts";
import { noContent } from "../http/reply.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { answerParams, voteBody } from "./schema.ts";
import type { FeedbackStore } from "./store.ts";

export interface FeedbackRouteOptions {
  readonly store: FeedbackStore;
  /** Whether notes are stored, and the operator may read texts. */
  readonly storeQuestions: "on" | "off";
}

/** The route to vote on an answer. @throws Problem */
export function feedbackRoutes({ store, storeQuestions }: FeedbackRouteOptions): Route[] {
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
