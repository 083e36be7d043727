import { replyIfAdmitted } from "../../../http/access/admission.ts";
import { payerOf } from "../../../http/rate-limits/limiter.ts";
import { json } from "../../../http/reply.ts";
import { defineRoute, type Route } from "../../../http/route.ts";
import { startPassThrough } from "../../turns/pass-through.ts";
import { startUnsavedTurn } from "../../turns/start-turn.ts";
import { describeModel, findModel, nobody, offerModels, overBudget } from "./models.ts";
import type { OpenaiOptions } from "./options.ts";
import { completionBody, readCompletion } from "./request.ts";
import { completion, listedModel, modelList, modelParams } from "./schema.ts";
import { respondWithChunks } from "./stream.ts";
import { respondWithCompletion } from "./whole.ts";

/** `/v1`: OpenAI's chat completions and models. Nothing of a conversation is stored. @throws Problem */
export function openaiRoutes(options: OpenaiOptions): Route[] {
  const { deps, limits, rateLimits, toolsOf, upstreams } = options;

  return [
    defineRoute({
      method: "POST",
      path: "/v1/chat/completions",
      summary:
        "Ask in OpenAI's format, whole or streamed, from the messages sent; nothing is stored. The last user message is the question",
      access: "token",
      scope: "chat",
      limit: "by-statement",
      sessionCheck: "by-statement",
      mediaTypes: ["text/event-stream"],
      body: completionBody(limits),
      output: { 200: completion },
      problems: { 404: "There is no model of this name" },
      async handle({ body }, context) {
        const { caller, request } = context;
        const payer = payerOf(context);
        const origin = { askedAt: deps.clock.monotonic(), payer, span: context.span };
        const turn = readCompletion(body);
        const model = findModel(turn.model, caller, upstreams);
        const admission = await context.admit(rateLimits);
        const run =
          model.kind === "upstream"
            ? await startPassThrough({ ...turn, model: model.model }, { admission, origin }, deps)
            : await startUnsavedTurn(
                {
                  ...turn,
                  asked: { kind: "question", text: turn.question, selection: undefined, scope: {} },
                  dialect: "openai",
                },
                {
                  admission,
                  origin,
                  tools:
                    turn.toolChoice === "none"
                      ? []
                      : toolsOf(model.tools === "all" ? caller : nobody),
                },
                deps,
              );
        if (run.kind === "over-budget") throw overBudget(deps.clock.now());
        return replyIfAdmitted(run, (started) => {
          context.waitUntil(started.done);
          const format = {
            id: `chatcmpl-${started.messageId}`,
            created: Math.floor(deps.clock.now() / 1000),
            model: turn.model,
            clientTools: new Set(turn.clientTools.map(({ name }) => name)),
            origin: options.ownAddress(request),
            links: model.kind === "docent" && model.links,
          };
          if (body.stream !== true) return respondWithCompletion(started, format, request.signal);
          const usage = body.stream_options?.include_usage === true;
          return respondWithChunks(started, { ...format, usage });
        });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/v1/models",
      summary:
        "The models to ask: Docent's own and, for API keys with the scope `models`, those it is configured with",
      access: "token",
      scope: "chat",
      output: { 200: modelList },
      handle(_input, { caller }) {
        const data = [...offerModels(caller, upstreams)].map(([id, model]) =>
          describeModel(id, model),
        );
        return json({ object: "list", data });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/v1/models/:id",
      summary: "One model",
      access: "token",
      scope: "chat",
      params: modelParams,
      output: { 200: listedModel },
      handle: ({ params }, { caller }) =>
        json(describeModel(params.id, findModel(params.id, caller, upstreams))),
    }),
  ];
}
