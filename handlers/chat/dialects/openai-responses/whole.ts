import { problemKinds } from "../../../contract/problems.ts";
import { Problem } from "../../../http/problem.ts";
import type { Run } from "../../turns/run.ts";
import type { StoredResponse } from "../../turns/store-responses.ts";
import type { ChatPart } from "../../parts.ts";
import type { KeptRequest } from "./request.ts";
import {
  describeOutput,
  describeResponse,
  type ClientCall,
  type ResponseOutcome,
  type ResponseAnswer,
  type ResponseHead,
} from "./response.ts";

/** Of an answer whose request is not known. */
const nothingKept: KeptRequest = {
  model: "docent",
  instructions: null,
  previous_response_id: null,
  tools: [],
  tool_choice: "auto",
  max_output_tokens: null,
  metadata: {},
  store: true,
  background: false,
};

/** A response's answer and what is kept of its request. */
export function headOf(
  messageId: string,
  request: string | null | undefined,
  origin: string,
): ResponseHead {
  const kept = request ? (JSON.parse(request) as KeptRequest) : nothingKept;
  return { messageId, request: kept, origin };
}

/** A response that has begun and said nothing. */
export function describeBegun(head: ResponseHead): object {
  return describeResponse(head, { kind: "in_progress" }, []);
}

/**
 * Waits for the run's end and returns its response.
 *
 * @param failures whether a failed answer is a problem, or a response with an error
 * @throws Problem with the failure's code
 */
export async function collectResponse(
  run: Run,
  head: ResponseHead,
  failures: "thrown" | "described",
): Promise<object> {
  const clientTools = new Set(head.request.tools.map((tool) => "name" in tool && tool.name));
  const calls: ClientCall[] = [];
  let content = "";
  for await (const { parts } of run.read(0)) {
    for (const part of parts) {
      if (part.type === "text-delta") content += part.text;
      if (part.type === "tool-call" && clientTools.has(part.tool)) calls.push(part);
      if (part.type === "failed" && failures === "thrown") throw toProblem(part);
      if (part.type === "failed" || part.type === "finished") {
        const sources = part.type === "finished" ? part.sources : [];
        const outcome: ResponseOutcome =
          part.type === "failed"
            ? { kind: "failed", code: part.code, message: part.message }
            : { ...part, kind: "finished", reason: part.finishReason };
        return describeWhole(head, { content, sources, calls }, outcome);
      }
    }
  }
  throw new Problem(500, "internal_error", "The answer ended without an end.");
}

function describeWhole(
  head: ResponseHead,
  answer: ResponseAnswer,
  outcome: ResponseOutcome,
): object {
  return describeResponse(head, outcome, describeOutput(head, answer, outcome));
}

function toProblem(part: Extract<ChatPart, { type: "failed" }>): Problem {
  return new Problem(problemKinds[part.code].status, part.code, part.message, {
    headers: part.retryable ? { "retry-after": "2" } : {},
  });
}

/** A response as it is stored; of one that is being made, what the last checkpoint saved. */
export function describeStored(head: ResponseHead, stored: StoredResponse): object {
  const calls = stored.toolCalls.filter(({ client }) => client);
  return describeWhole(head, { ...stored, calls }, outcomeOf(stored));
}

function outcomeOf({
  state,
  status,
  finishReason,
  usage,
  savedAt,
}: StoredResponse): ResponseOutcome {
  if (state === "running") return { kind: "in_progress" };
  if (state === "interrupted") {
    return { kind: "failed", code: "interrupted", message: "The answer was cut off. Ask again." };
  }
  if (status === "failed") {
    return { kind: "failed", code: "unavailable", message: "The answer failed. Ask again." };
  }
  const none = { input_tokens: 0, output_tokens: 0 };
  return {
    kind: "finished",
    reason: finishReason ?? "cancelled",
    usage: usage ?? none,
    endedAt: savedAt,
  };
}

/** The parts of an ended answer whose log has been deleted. */
export function rebuildParts(
  { messageId }: ResponseHead,
  { conversationId, content, sources, toolCalls, ...stored }: StoredResponse,
): ChatPart[] {
  const outcome = outcomeOf({ conversationId, content, sources, toolCalls, ...stored });
  const calls = toolCalls.filter(({ client }) => client);
  const common = { related: [], unsupported: [], degraded: [] };
  return [
    { type: "started", conversationId, messageId, degraded: [] },
    ...(content === "" ? [] : [{ type: "text-delta", text: content } as const]),
    ...calls.map(({ id, tool, arguments: input }) => ({
      type: "tool-call" as const,
      id,
      tool,
      arguments: input,
    })),
    outcome.kind === "finished"
      ? {
          type: "finished",
          content,
          sources,
          ...common,
          usage: outcome.usage,
          finishReason: outcome.reason,
          endedAt: outcome.endedAt,
        }
      : {
          type: "failed",
          code: "interrupted",
          message: "The answer was cut off.",
          retryable: true,
        },
  ];
}
