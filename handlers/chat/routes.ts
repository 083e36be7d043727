import type { InferOutput } from "valibot";
import type { Context, Identity } from "../http/context.ts";
import { limitHeaders, rateLimited, type Limit } from "../http/rate-limits/limits.ts";
import { notFound, Problem, settingsMissing } from "../http/problem.ts";
import { noContent, type Reply } from "../http/reply.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { createCheckpoints } from "./answers/checkpoints.ts";
import type { ConverseTools } from "./answers/converse.ts";
import { positionAfter, respondWithEvents } from "./dialects/docent/stream.ts";
import type { GuestGrant } from "./dialects/docent/grant.ts";
import { respondWithJson } from "./dialects/docent/whole.ts";
import type { Run, Runs } from "./turns/run.ts";
import { eitherBody } from "./dialects/either-body.ts";
import { respondWithUiMessages } from "./dialects/ai-sdk/stream.ts";
import { readUiTurn, uiChatBody, type UiTurn } from "./dialects/ai-sdk/request.ts";
import { startNamedTurn } from "./turns/start-named-turn.ts";
import { chatAnswer, chatBody, conversationName, type ChatLimits } from "./schema.ts";
import { startTurn, type Asker, type StartedTurn, type TurnRequest } from "./turns/start-turn.ts";

export interface ChatRouteOptions extends Omit<ConverseTools, "checkpoints"> {
  readonly runs: Runs;
  readonly limits: ChatLimits;
  /**
   * The one who asks, with a permit of this limit, or a new guest; undefined while no signing secret is
   * configured.
   */
  readonly asker: (context: Context, limit: Limit) => Promise<Asker<GuestGrant> | undefined>;
  /** What messages, and answers to confirmations, are counted by. */
  readonly counted: Readonly<Record<TurnRequest["asked"]["kind"], Limit>>;
}

export function chatRoutes(options: ChatRouteOptions): Route[] {
  const { store, runs } = options;
  const tools = { ...options, checkpoints: createCheckpoints(store) };

  /** The conversation's run, if the conversation is the caller's: asked of the database. */
  async function findRun(name: string, context: Context): Promise<Run | undefined> {
    const id = await store.find(userOf(context.identity), name);
    if (id === undefined) throw notFound("conversation");
    return runs.find(id);
  }

  return [
    defineRoute({
      method: "POST",
      path: "/api/chat",
      summary:
        "Ask, or answer a confirmation; the answer streams as events, or comes whole with Accept: application/json; to `messages` as the AI SDK's UI message stream",
      access: "guest",
      scope: "chat",
      limit: "chat",
      counted: "within",
      sessionCheck: "signed",
      streams: true,
      body: eitherBody("messages", uiChatBody(options.limits), chatBody(options.limits)),
      output: { 200: chatAnswer },
      async handle({ body }, context): Promise<Reply> {
        const request = "messages" in body ? readUiTurn(body) : readTurn(body);
        const limit = options.counted[request.asked.kind];
        const asker = await options.asker(context, limit);
        if (!asker) throw settingsMissing("JWT_SECRET");
        const turn = await ("name" in request
          ? startNamedTurn(request, asker, tools)
          : startTurn(request, asker, tools));
        switch (turn.kind) {
          case "started":
            context.waitUntil(turn.run.done);
            return withHeaders(
              limitHeaders({ limit, ...turn.permit }),
              await respond(context.request, turn, request),
            );
          case "limited":
            throw rateLimited({ limit, ...turn.permit });
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
          case "signed-out":
            throw new Problem(401, "invalid_token", "This token is not good, or not any more.");
          case "busy":
            throw new Problem(
              409,
              "conversation_busy",
              "The last answer is still being written. Wait for it, or stop it.",
            );
        }
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/chat/:id/stream",
      summary: "Go on reading an answer in the making; 204 when there is none",
      access: "guest",
      scope: "chat",
      params: conversationName,
      streams: true,
      output: { 200: undefined, 204: undefined },
      async handle({ params }, context) {
        const run = await findRun(params.id, context);
        if (run?.dialect === "ui-messages") {
          // Its client has no position: it builds the message anew.
          return run.finished ? noContent() : respondWithUiMessages(run, "new");
        }
        const lastEventId = context.request.headers.get("last-event-id");
        const position = run && positionAfter(lastEventId, run);
        if (!run || position === undefined) return noContent();
        return respondWithEvents(run, position, undefined);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/chat/:id/stop",
      summary: "Stop generating and keep what was said",
      access: "guest",
      scope: "chat",
      params: conversationName,
      output: { 204: undefined },
      async handle({ params }, context) {
        const run = await findRun(params.id, context);
        run?.stop();
        await run?.done;
        return noContent();
      },
    }),
  ];
}

function withHeaders(headers: Reply["headers"], reply: Reply): Reply {
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

function readTurn(body: InferOutput<ReturnType<typeof chatBody>>): TurnRequest {
  const { message = "", mode, context, confirm, conversation_id } = body;
  const conversationId = conversation_id ?? undefined;
  if (confirm) {
    const decision = confirm.approve ? "approved" : "declined";
    return { conversationId, asked: { kind: "decision", id: confirm.id, decision } };
  }
  const selection = mode === "selection" ? (context ?? "") : undefined;
  return { conversationId, asked: { kind: "question", text: message, selection } };
}

/** Somebody without an identity owns nothing: the same 404 as for what does not exist. */
function userOf(identity: Identity): string {
  if (identity.kind === "guest" || identity.kind === "user") return identity.userId;
  throw notFound("conversation");
}

async function respond(
  request: Request,
  { run, grant }: Extract<StartedTurn<GuestGrant>, { kind: "started" }>,
  asked: TurnRequest | UiTurn,
): Promise<Reply> {
  if ("name" in asked) return respondWithUiMessages(run, asked.continues ? "last" : "new");
  if (wantsJson(request)) return respondWithJson(run, grant);
  return respondWithEvents(run, 0, grant);
}

/** JSON only where it is asked for and the stream is not. */
function wantsJson(request: Request): boolean {
  const accept = request.headers.get("accept")?.toLowerCase() ?? "";
  return accept.includes("application/json") && !accept.includes("text/event-stream");
}
