import { safeParse } from "valibot";
import type { RouteContext } from "../../../http/context.ts";
import { invalidToken } from "../../../http/access/unauthorized.ts";
import { problemKinds } from "../../../contract/problems.ts";
import { Problem } from "../../../http/problem.ts";
import { payerOf } from "../../../http/rate-limits/limiter.ts";
import { rateLimited, type Limit } from "../../../http/rate-limits/limits.ts";
import { ToolFailure, type Tool } from "../../../lib/tool.ts";
import type { ChatPart } from "../../parts.ts";
import { questionText, type ChatLimits } from "../../schema.ts";
import type { Run } from "../../turns/run.ts";
import { startUnsavedTurn, type TurnDependencies } from "../../turns/start-turn.ts";

export interface WholeAnswerOptions {
  readonly deps: TurnDependencies;
  readonly limits: ChatLimits;
  readonly rateLimits: readonly Limit[];
  /** The tools that the assistant may use. */
  readonly tools: readonly Tool[];
}

type AskContext = RouteContext<"guest", "by-guard", "read-and-by-statement">;

type Finished = Extract<ChatPart, { type: "finished" }>;

/**
 * Creates the function that answers one question by itself and returns the answer whole. It counts like any chat
 * message; nothing of it is stored. The run stops when the signal aborts.
 *
 * @throws ToolFailure, Problem, PortFailure (the function)
 */
export function createAsk({ deps, limits, rateLimits, tools }: WholeAnswerOptions) {
  const schema = questionText(limits);

  return async (question: string, context: AskContext, signal: AbortSignal) => {
    const parsed = safeParse(schema, question);
    if (!parsed.success) {
      throw new ToolFailure("invalid_arguments", `question: ${parsed.issues[0].message}`);
    }
    const origin = {
      askedAt: deps.clock.monotonic(),
      payer: payerOf(context),
      span: context.span,
    };
    const admission = await context.admit(rateLimits);
    const asked = {
      kind: "question",
      text: parsed.output,
      selection: undefined,
      scope: {},
    } as const;
    const started = await startUnsavedTurn(
      { asked, history: [] },
      { admission, tools, origin },
      deps,
    );
    if (started.kind === "signed-out") throw invalidToken();
    if (started.kind === "limited") throw rateLimited(started.permit);
    context.waitUntil(started.value.done);
    const { content, sources, related } = await finish(started.value, signal);
    return { answer: content, sources, related };
  };
}

/** @throws Problem with the failure's code when the answer failed */
async function finish(run: Run, signal: AbortSignal): Promise<Finished> {
  signal.addEventListener("abort", () => void run.end(), { once: true });
  if (signal.aborted) void run.end();
  for await (const { parts } of run.read(0)) {
    for (const part of parts) {
      if (part.type === "failed") {
        throw new Problem(problemKinds[part.code].status, part.code, part.message);
      }
      if (part.type === "finished") return part;
    }
  }
  throw new Problem(500, "internal_error", "The answer ended without an end.");
}
