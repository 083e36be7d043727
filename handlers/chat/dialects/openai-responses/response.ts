import { readMarkers } from "../../../contract/citation-marker.ts";
import type { Source } from "../../../contract/source.ts";
import type { FinishReason, Usage } from "../../../ports/language-model.ts";
import { listSources, placeSources } from "../../answers/link-source.ts";
import type { ToolCallPart } from "../../parts.ts";
import { createdAt, idsOf } from "./ids.ts";
import type { KeptRequest } from "./request.ts";

/** The answer of a response, and what its request was. */
export interface ResponseHead {
  readonly messageId: string;
  readonly request: KeptRequest;
  /** Docent's own, of sources whose address is a path. */
  readonly origin: string;
}

/** How a response stands. */
export type ResponseOutcome =
  | { readonly kind: "in_progress" }
  | {
      readonly kind: "finished";
      readonly reason: FinishReason;
      readonly usage: Usage;
      /** Milliseconds since 1970. */
      readonly endedAt: number;
    }
  | { readonly kind: "failed"; readonly code: string; readonly message: string };

export type ClientCall = Pick<ToolCallPart, "id" | "tool" | "arguments">;

/** What an answer says and calls. */
export interface ResponseAnswer {
  readonly content: string;
  readonly sources: readonly Source[];
  readonly calls: readonly ClientCall[];
}

/** The sampling and service options that every response tells; requests do not change them. */
const unchanged = {
  truncation: "disabled",
  parallel_tool_calls: true,
  text: { format: { type: "text" } },
  top_p: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  top_logprobs: 0,
  temperature: 1,
  reasoning: null,
  user: null,
  max_tool_calls: null,
  service_tier: "default",
  safety_identifier: null,
  prompt_cache_key: null,
};

/** A response as one object (https://platform.openai.com/docs/api-reference/responses/object). */
export function describeResponse(
  { messageId, request }: ResponseHead,
  outcome: ResponseOutcome,
  output: readonly object[],
) {
  const status = statusOf(outcome);
  return {
    id: idsOf(messageId).response,
    object: "response",
    created_at: createdAt(messageId),
    completed_at:
      outcome.kind === "finished" && status === "completed"
        ? Math.floor(outcome.endedAt / 1000)
        : null,
    status,
    error: outcome.kind === "failed" ? { code: outcome.code, message: outcome.message } : null,
    incomplete_details: status === "incomplete" ? { reason: incompleteReason(outcome) } : null,
    output,
    usage: outcome.kind === "finished" ? encodeUsage(outcome.usage) : null,
    ...request,
    ...unchanged,
  };
}

/** The output items of an ended or a growing answer. */
export function describeOutput(
  head: ResponseHead,
  answer: ResponseAnswer,
  outcome: ResponseOutcome,
) {
  const { calls } = answer;
  const status = outcome.kind === "in_progress" ? "in_progress" : itemStatus(outcome);
  const hasMessage = answer.content !== "" || (calls.length === 0 && status === "completed");
  return [
    ...(hasMessage ? [describeMessage(head, answer, status)] : []),
    ...calls.map((call, index) => describeCall(head, call, index, "completed")),
  ];
}

type ItemStatus = "in_progress" | "completed" | "incomplete";

export function itemStatus(outcome: ResponseOutcome): ItemStatus {
  return statusOf(outcome) === "completed" ? "completed" : "incomplete";
}

/** An answer's text as an output item; without text and annotations while it has none. */
export function describeMessage(head: ResponseHead, answer: ResponseAnswer, status: ItemStatus) {
  const part = describeText(answer, head);
  const id = idsOf(head.messageId).message;
  return { id, type: "message", status, role: "assistant", content: [part] };
}

/** An answer's text with its citations. */
export function describeText({ content, ...answer }: ResponseAnswer, head: ResponseHead) {
  const sources = placeSources(answer.sources, head.origin);
  const annotations = readMarkers(content).flatMap(({ number, start, end }) => {
    const { url = null, title = "" } = sources[number - 1] ?? {};
    if (url === null) return [];
    // Indices in UTF-16 units.
    return [{ type: "url_citation", url, title, start_index: start, end_index: end }];
  });
  const text = content + linksOf(sources, head);
  return { type: "output_text", text, annotations, logprobs: [] };
}

/** The list of the sources, with which the text of the model `docent-links` ends. */
export function linksOf(sources: readonly Source[], { request, origin }: ResponseHead): string {
  if (request.model !== "docent-links" || sources.length === 0) return "";
  return `\n\n${listSources(placeSources(sources, origin))}\n`;
}

/** A call of a client's tool as an output item. */
export function describeCall(
  { messageId }: ResponseHead,
  { id, tool, arguments: input }: ClientCall,
  index: number,
  status: ItemStatus,
) {
  return {
    id: idsOf(messageId).call(index),
    type: "function_call",
    status,
    call_id: id,
    name: tool,
    arguments: status === "completed" ? textOfArguments(input) : "",
  };
}

export function textOfArguments(input: unknown): string {
  return typeof input === "string" ? input : JSON.stringify(input);
}

function statusOf(outcome: ResponseOutcome): string {
  if (outcome.kind !== "finished") return outcome.kind;
  switch (outcome.reason) {
    case "stop":
    case "tool_calls":
      return "completed";
    case "length":
    case "content_filter":
      return "incomplete";
    case "cancelled":
      return "cancelled";
    case "error":
      return "failed";
  }
}

function incompleteReason(outcome: ResponseOutcome): string {
  const isFiltered = outcome.kind === "finished" && outcome.reason === "content_filter";
  return isFiltered ? "content_filter" : "max_output_tokens";
}

function encodeUsage({ input_tokens, output_tokens }: Usage) {
  return {
    input_tokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input_tokens + output_tokens,
  };
}
