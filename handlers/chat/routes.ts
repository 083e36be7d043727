import type { InferOutput } from "valibot";
import { readScope } from "../contract/asked-scope.ts";
import { replyIfAdmitted } from "../http/access/admission.ts";
import type { Identity } from "../http/access/identity.ts";
import { payerOf } from "../http/rate-limits/limiter.ts";
import type { Limit } from "../http/rate-limits/limits.ts";
import { notFound, Problem } from "../http/problem.ts";
import { noContent, type Reply } from "../http/reply.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { isUuid } from "../lib/ids.ts";
import type { Tool } from "../lib/tool.ts";
import {
  answerOf,
  positionAfter,
  respondWithEnd,
  respondWithEvents,
} from "./dialects/docent/stream.ts";
import { respondWithJson } from "./dialects/docent/whole.ts";
import type { AskedTurn } from "./turns/begin-turn.ts";
import type { OwnRun, Run } from "./turns/run.ts";
import { findAnswerRun, findLatestRun } from "./turns/find-run.ts";
import { eitherBody } from "./dialects/either-body.ts";
import { respondWithUiMessages } from "./dialects/ai-sdk/stream.ts";
import { readUiTurn, uiChatBody, type UiTurn } from "./dialects/ai-sdk/request.ts";
import { chatAnswer } from "../contract/chat.ts";
import { answerOptions, chatBody, conversationName, type ChatLimits } from "./schema.ts";
import {
  startNamedTurn,
  startTurn,
  type TurnDependencies,
  type TurnRequest,
} from "./turns/start-turn.ts";

export interface ChatRouteOptions {
  readonly deps: TurnDependencies;
  readonly limits: ChatLimits;
  /** The tools that the assistant may use for a caller. */
  readonly toolsOf: (caller: Identity) => readonly Tool[];
  /** Rate limits of messages and of answers to confirmations. */
  readonly rateLimits: Readonly<Record<AskedTurn["kind"], readonly Limit[]>>;
}

/** Routes to ask, to resume reading an answer, and to stop it. @throws Problem */
export function chatRoutes({ deps, limits, rateLimits, toolsOf }: ChatRouteOptions): Route[] {
  const { store } = deps;

  /** The caller's conversation and its latest run; the database tells whether it is the caller's. */
  async function find(name: string, caller: Identity) {
    // A caller without a token owns no conversation.
    return "id" in caller ? findLatestRun(caller.id, name, deps) : undefined;
  }

  return [
    defineRoute({
      method: "POST",
      path: "/api/chat",
      summary:
        "Ask, or answer a confirmation; the answer streams as events, or comes whole with Accept: application/json; to `messages` as the AI SDK's UI message stream. With Last-Event-ID: go on with that answer",
      access: "guest",
      scope: "chat",
      limit: "by-statement",
      sessionCheck: "by-statement",
      streams: true,
      query: answerOptions,
      body: eitherBody("messages", uiChatBody(limits), chatBody(limits)),
      output: { 200: chatAnswer, 204: undefined },
      async handle({ body, query }, context) {
        const payer = payerOf(context);
        const origin = { askedAt: deps.clock.monotonic(), payer, span: context.span };
        const lastEventId = context.request.headers.get("last-event-id");
        const answerId = answerOf(lastEventId);
        if (lastEventId !== null && answerId !== undefined && !wantsJson(context.request)) {
          // Clients that repeat a request after a lost connection ask nothing new.
          const admitted = await context.admit(rateLimits.decision);
          const ownerId = admitted.grant === undefined ? admitted.userId : undefined;
          return replyIfAdmitted(await store.count(admitted, payer), async () => {
            const run: OwnRun | Run | undefined = await findAnswerRun(ownerId, answerId, deps);
            if (run && "done" in run) context.waitUntil(run.done);
            const ended = run || !ownerId ? undefined : await store.findEnded(ownerId, answerId);
            return ended ? respondWithEnd(lastEventId, ended) : continueReading(run, lastEventId);
          });
        }
        const request = "messages" in body ? readUiTurn(body) : readTurn(body);
        const admission = await context.admit(rateLimits[request.asked.kind]);
        // A turn of no conversation could not ask for confirmations, which are stored with one.
        const isNameless = "name" in request && request.name === undefined;
        const tools = toolsOf(isNameless ? { kind: "anonymous" } : context.caller);
        const checkSession = () => context.admit([]);
        const caller = { admission, tools, origin, checkSession };
        const turn = await ("name" in request
          ? startNamedTurn(request, caller, deps)
          : startTurn(request, caller, deps));
        switch (turn.kind) {
          case "not-found":
            throw notFound(body.confirm ? "confirmation" : "conversation");
          case "used":
            throw new Problem(409, "confirmation_used", "This has been answered already.");
          case "expired":
            throw new Problem(
              409,
              "confirmation_expired",
              "It is too late to answer this. Ask for it again.",
            );
          case "busy":
            throw new Problem(
              409,
              "conversation_busy",
              "The last answer is still being written. Wait for it, or stop it.",
            );
          case "admitted":
          case "limited":
          case "signed-out":
            return replyIfAdmitted(turn, async (run) => {
              context.waitUntil(run.done);
              if ("name" in request) return respondWithUiMessages(run, readFormat(request, query));
              const grant = await admission.grant?.();
              if (wantsJson(context.request)) return respondWithJson(run, grant);
              return respondWithEvents(run, 0, grant);
            });
        }
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/chat/:id/stream",
      summary:
        "Go on reading an answer in the making, or after Last-Event-ID one that has ended; on any instance. 204 when there is none",
      access: "guest",
      scope: "chat",
      params: conversationName,
      streams: true,
      output: { 200: undefined, 204: undefined },
      async handle({ params }, { caller, request }) {
        const found = await find(params.id, caller);
        // By a name, useChat also resumes a chat that has not begun, and stops at an error.
        if (!found && isUuid(params.id)) throw notFound("conversation");
        return continueReading(found?.run, request.headers.get("last-event-id"));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/chat/:id/stop",
      summary: "Stop generating and keep what was said, whichever instance generates",
      access: "guest",
      scope: "chat",
      params: conversationName,
      output: { 204: undefined },
      async handle({ params }, { caller }) {
        const found = await find(params.id, caller);
        if (!found) throw notFound("conversation");
        const { run } = found;
        if (run?.state === "running") await run.end();
        return noContent();
      },
    }),
  ];
}

/**
 * Sends the rest of a run; 204 where there is none, after which an EventSource does not reconnect (WHATWG HTML
 * §9.2).
 */
function continueReading(run: Run | undefined, lastEventId: string | null): Reply {
  if (run?.dialect === "ai-sdk") {
    // The AI SDK's client keeps no position and rebuilds the whole message.
    return run.state === "running" || run.state === "unsaved"
      ? respondWithUiMessages(run, { message: "new", sources: "parts" })
      : noContent();
  }
  const position = run && positionAfter(lastEventId, run);
  if (!run || position === undefined) return noContent();
  return respondWithEvents(run, position, undefined);
}

function readTurn(
  body: InferOutput<ReturnType<typeof chatBody>>,
): TurnRequest & { readonly asked: AskedTurn } {
  const { message = "", mode, context, confirm, conversation_id, replaces } = body;
  const conversationId = conversation_id ?? undefined;
  if (confirm) {
    const decision = confirm.approve ? "approved" : "declined";
    return { conversationId, asked: { kind: "decision", id: confirm.id, decision } };
  }
  const selection = mode === "selection" ? (context ?? "") : undefined;
  return {
    conversationId,
    replaces: replaces ? { messageId: replaces, before: [], otherwise: "nothing" } : undefined,
    asked: { kind: "question", text: message, selection, scope: readScope(body) },
  };
}

function readFormat({ continues }: UiTurn, { sources }: InferOutput<typeof answerOptions>) {
  return { message: continues ? "last" : "new", sources } as const;
}

/** Whether the client accepts JSON and not the stream. */
function wantsJson(request: Request): boolean {
  const accept = request.headers.get("accept")?.toLowerCase() ?? "";
  return accept.includes("application/json") && !accept.includes("text/event-stream");
}
