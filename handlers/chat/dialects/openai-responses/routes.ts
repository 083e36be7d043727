import { replyIfAdmitted, type AdmittedReply } from "../../../http/access/admission.ts";
import type { Caller } from "../../../http/access/identity.ts";
import { invalidField, notFound } from "../../../http/problem.ts";
import { payerOf } from "../../../http/rate-limits/limiter.ts";
import { json, type Reply } from "../../../http/reply.ts";
import { defineRoute, type Route } from "../../../http/route.ts";
import { findAnswerRun } from "../../turns/find-run.ts";
import { readUntilLeft } from "../../turns/read-until-left.ts";
import type { OwnRun } from "../../turns/run.ts";
import type { StoredResponse } from "../../turns/store-responses.ts";
import { answerIdOf } from "./ids.ts";
import { responseBody, responseParams, retrieveQuery } from "./request.ts";
import type { ResponseHead } from "./response.ts";
import { deletedResponse, responseObject } from "./schema.ts";
import { startResponse, type ResponseOptions } from "./start.ts";
import { respondWithResponseEvents } from "./stream.ts";
import { collectResponse, describeBegun, describeStored, headOf, rebuildParts } from "./whole.ts";

const oneResponse = {
  path: "/v1/responses/:id",
  access: "token",
  scope: "chat",
  params: responseParams,
} as const;

/** `/v1/responses`: OpenAI's Responses API. A response is an answer of one of the caller's conversations. @throws Problem */
export function responseRoutes(options: ResponseOptions): Route[] {
  const { deps, limits, responses, ownAddress } = options;

  /** The caller's stored response; another's is as unknown as none. */
  async function find(id: string, caller: Caller) {
    const messageId = answerIdOf(id);
    const stored = messageId && (await responses.find(caller.id, messageId));
    if (!messageId || !stored) throw notFound("response");
    return { messageId, stored };
  }

  /** The response as it is now. */
  async function describe(
    messageId: string,
    stored: StoredResponse,
    { caller, request }: { readonly caller: Caller; readonly request: Request },
  ) {
    const head = headOf(messageId, stored.request, ownAddress(request));
    const own = deps.runs.findAnswer(messageId, caller.id);
    // This process has the only copy of it.
    if (own?.state === "unsaved") return collectResponse(own, head, "described");
    return describeStored(head, stored);
  }

  return [
    defineRoute({
      method: "POST",
      path: "/v1/responses",
      summary:
        "Ask in the format of OpenAI's Responses API: whole, streamed or in the background; stored as an answer of a conversation, unless `store` is false",
      access: "token",
      scope: "chat",
      limit: "by-statement",
      sessionCheck: "by-statement",
      mediaTypes: ["text/event-stream"],
      body: responseBody(limits),
      output: { 200: responseObject },
      problems: { 404: "There is no such model or response" },
      async handle({ body }, context): Promise<AdmittedReply> {
        const { request } = context;
        const origin = {
          askedAt: deps.clock.monotonic(),
          payer: payerOf(context),
          span: context.span,
        };
        const { run, kept } = await startResponse(body, { ...context, origin }, options);
        return replyIfAdmitted(run, (started) => {
          context.waitUntil(started.done);
          return send(
            started,
            { messageId: started.messageId, request: kept, origin: ownAddress(request) },
            body.stream === true,
            request,
          );
        });
      },
    }),
    defineRoute({
      ...oneResponse,
      method: "GET",
      summary:
        "Read a response; with `stream=true` its events, from the first one or after `starting_after`, on any instance, while it is made and for a day",
      query: retrieveQuery,
      mediaTypes: ["text/event-stream"],
      output: { 200: responseObject },
      problems: { 404: "There is no such response" },
      async handle({ params, query }, context) {
        const { caller, request } = context;
        const { messageId, stored } = await find(params.id, caller);
        if (!query.stream) return json(await describe(messageId, stored, context));
        const head = headOf(messageId, stored.request, ownAddress(request));
        const run = await findAnswerRun(caller.id, messageId, deps);
        if (run) return respondWithResponseEvents(run.read(0), head, query.starting_after);
        if (query.starting_after !== undefined) {
          const message = "the events of this response are gone after a day: read it without";
          throw invalidField("query.starting_after", message);
        }
        return respondWithResponseEvents(onlyBatch(rebuildParts(head, stored)), head);
      },
    }),
    defineRoute({
      ...oneResponse,
      method: "POST",
      path: "/v1/responses/:id/cancel",
      summary:
        "End a response that is being made, whichever instance makes it; what it said is kept",
      output: { 200: responseObject },
      problems: { 404: "There is no such response" },
      async handle({ params }, context) {
        const { caller } = context;
        const { messageId } = await find(params.id, caller);
        const run = await findAnswerRun(caller.id, messageId, deps);
        if (run?.state === "running") await run.end();
        const { stored } = await find(params.id, caller);
        return json(await describe(messageId, stored, context));
      },
    }),
    defineRoute({
      ...oneResponse,
      method: "DELETE",
      summary:
        "Delete a response with what its request added to the conversation; one that is being made is ended",
      output: { 200: deletedResponse },
      problems: { 404: "There is no such response" },
      async handle({ params }, { caller }) {
        const messageId = answerIdOf(params.id);
        const own = messageId && deps.runs.findAnswer(messageId, caller.id);
        if (!messageId || !(await responses.remove(caller.id, messageId))) {
          throw notFound("response");
        }
        // Another instance's run ends at its next checkpoint.
        if (own) await own.end();
        return json({ id: params.id, object: "response", deleted: true });
      },
    }),
  ];
}

/** The response of a run that has just begun, as its request asked for it. */
async function send(
  run: OwnRun,
  head: ResponseHead,
  isStreamed: boolean,
  { signal }: Request,
): Promise<Reply> {
  const { background } = head.request;
  if (isStreamed) {
    return respondWithResponseEvents(background ? run.read(0) : readUntilLeft(run), head);
  }
  if (background) return json(describeBegun(head));
  signal.addEventListener("abort", () => void run.end(), { once: true });
  if (signal.aborted) void run.end();
  return json(await collectResponse(run, head, "thrown"));
}

async function* onlyBatch(parts: ReturnType<typeof rebuildParts>) {
  yield { first: 0, parts };
}
