import type { Admission, Checked } from "../../../http/access/admission.ts";
import type { Caller } from "../../../http/access/identity.ts";
import { invalidField, notFound, Problem } from "../../../http/problem.ts";
import type { Limit } from "../../../http/rate-limits/limits.ts";
import type { TurnOrigin } from "../../answers/account.ts";
import { readMessages } from "../../turns/begin-items.ts";
import { startPassThrough } from "../../turns/pass-through.ts";
import type { OwnRun } from "../../turns/run.ts";
import type { ResponseStore } from "../../turns/store-responses.ts";
import { refuseConfirmation } from "../../tools/store-confirmations.ts";
import { startTurn, startUnsavedTurn } from "../../turns/start-turn.ts";
import { findModel, nobody, overBudget } from "../openai/models.ts";
import type { OpenaiOptions } from "../openai/options.ts";
import { answerIdOf } from "./ids.ts";
import { withoutKnownCalls } from "./items.ts";
import { readResponse, type KeptRequest, type ResponseBody, type ResponseTurn } from "./request.ts";

export interface ResponseOptions extends OpenaiOptions {
  readonly responses: ResponseStore;
}

interface ResponseCaller {
  readonly caller: Caller;
  readonly origin: TurnOrigin;
  readonly admit: (limits: readonly Limit[]) => Promise<Admission>;
}

interface StartedResponse {
  readonly run: Checked<OwnRun>;
  readonly kept: KeptRequest;
}

const dialect = "openai-responses";

/**
 * Starts the answer that a body asks for: as a turn of one of the caller's conversations or, with `store: false`,
 * from the body alone.
 *
 * @throws Problem 404 for an unknown model or response; 409 while an answer is written in the conversation
 */
export async function startResponse(
  body: ResponseBody,
  { caller, origin, admit }: ResponseCaller,
  options: ResponseOptions,
): Promise<StartedResponse> {
  const { deps, rateLimits, toolsOf, upstreams } = options;
  const turn = readResponse(body);
  const { kept, instructions, clientTools, answerTokens } = turn;
  const asked = { instructions, clientTools, answerTokens };
  const model = findModel(kept.model, caller, upstreams);
  const request = JSON.stringify(kept);
  if (model.kind === "upstream") {
    if (kept.store) {
      throw invalidField("body.store", "must be false: what this model answers is not stored");
    }
    const { asked: question, ...read } = readMessages(turn.messages);
    const passed = { ...read, ...asked, model: model.model, question: question.text };
    const run = await startPassThrough(
      passed,
      { admission: await admit(rateLimits), origin },
      deps,
    );
    if (run.kind === "over-budget") throw overBudget(deps.clock.now());
    return { run, kept };
  }
  const mayUse = toolsOf(model.tools === "all" ? caller : nobody);
  const tools = turn.toolChoice === "none" ? [] : mayUse;
  if (!kept.store) {
    const admission = await admit(rateLimits);
    const question = { ...readMessages(turn.messages), ...asked, dialect, request } as const;
    return { run: await startUnsavedTurn(question, { admission, origin, tools }, deps), kept };
  }
  const continued = await readContinued(turn, caller, options).catch(rethrowUnlessProblem);
  if (continued instanceof Problem) {
    // Counted like a question: otherwise looking for responses would have no limit.
    const counted = await deps.store.count(await admit(rateLimits), origin.payer);
    if (counted.kind === "admitted") throw continued;
    return { run: counted, kept };
  }
  const { conversationId, messages, continues } = continued;
  const run = await startTurn(
    {
      conversationId,
      dialect,
      request,
      asked: { kind: "items", messages, continues, ...asked },
    },
    { admission: await admit(rateLimits), origin, tools },
    // Its clients have no way to show what must be confirmed.
    { ...deps, confirmations: { ...deps.confirmations, add: refuseConfirmation } },
  );
  switch (run.kind) {
    case "admitted":
    case "limited":
    case "signed-out":
      return { run, kept };
    case "busy":
      throw new Problem(
        409,
        "conversation_busy",
        "The last response is still being made. Wait for it, or cancel it.",
      );
    // A response decides no confirmation.
    case "used":
    case "expired":
    case "not-found":
      throw notFound("response");
  }
}

function rethrowUnlessProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}

/** Where a turn goes on, and what it adds there. @throws Problem 400 for results of calls that were not made; 404 */
async function readContinued(
  { continued, ...turn }: ResponseTurn,
  { id: ownerId }: Caller,
  { responses }: ResponseOptions,
) {
  const { messages } = turn;
  if (continued === undefined) return { conversationId: undefined, messages, continues: undefined };
  const id = answerIdOf(continued);
  const stored = id && (await responses.find(ownerId, id));
  if (!id || !stored) throw notFound("response");
  const { conversationId, toolCalls } = stored;
  const made = new Set(toolCalls.flatMap((call) => (call.client ? [call.id] : [])));
  const added = withoutKnownCalls(turn, made);
  if ([...added.results.keys()].some((call) => !made.has(call))) {
    throw invalidField("body.input", "has a result without its call");
  }
  const continues = { id, results: Object.fromEntries(added.results) };
  return { conversationId, messages: added.messages, continues };
}
