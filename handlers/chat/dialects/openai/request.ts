import * as v from "valibot";
import { boundedArray } from "../../../lib/bounded-array.ts";
import type { ModelMessage, ToolDescription } from "../../../ports/language-model.ts";
import { recallMessages } from "../../answers/history.ts";
import type { ChatLimits } from "../../schema.ts";
import {
  content,
  describeFunction,
  functionFields,
  modelName,
  mostTools,
  questionIssue,
  textOfContent,
  tokenLimit,
} from "./fields.ts";

const mostMessages = 1000;

const calledFunction = v.object({ name: v.string(), arguments: v.string() });
const call = v.object({
  id: v.string(),
  type: v.optional(v.string()),
  function: v.optional(calledFunction),
});
const message = v.object({
  role: v.picklist(["system", "developer", "user", "assistant", "tool"]),
  content: v.optional(v.nullable(content)),
  tool_calls: v.optional(v.nullable(boundedArray(call, mostTools))),
  tool_call_id: v.optional(v.string()),
});
type Message = v.InferOutput<typeof message>;

const clientTool = v.object({
  type: v.literal("function", 'must be "function"'),
  function: v.object(functionFields),
});

/** The body of POST /v1/chat/completions. Fields that are not here are ignored, as clients send many. */
export function completionBody(limits: ChatLimits) {
  return v.pipe(
    v.object({
      model: modelName,
      messages: v.pipe(
        boundedArray(message, mostMessages),
        v.description(
          "The last user message is the question. `system` and `developer` messages add to Docent's own instructions.",
        ),
      ),
      stream: v.optional(v.nullable(v.boolean())),
      stream_options: v.optional(v.nullable(v.object({ include_usage: v.optional(v.boolean()) }))),
      tools: v.pipe(
        v.optional(v.nullable(boundedArray(clientTool, mostTools))),
        v.description("The client's own functions. Calling one ends the answer with `tool_calls`."),
      ),
      tool_choice: v.pipe(
        v.optional(v.unknown()),
        v.description('`"none"`: no tool is called. Other values are ignored.'),
      ),
      max_completion_tokens: tokenLimit,
      max_tokens: tokenLimit,
    }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const { messages } = dataset.value;
      const issue = issueOf(messages, limits);
      if (issue === undefined) return;
      const input = { ...dataset.value };
      const item = { type: "object", origin: "value", input, key: "messages", value: messages };
      addIssue({ message: issue, path: [item as v.ObjectPathItem] });
    }),
  );
}

/** Why these messages ask nothing that can be answered. */
function issueOf(messages: readonly Message[], limits: ChatLimits): string | undefined {
  const question = messages.findLast(({ role }) => role === "user");
  if (!question) return "must have a user message";
  return questionIssue(question.content, limits);
}

export interface CompletionTurn {
  readonly model: string;
  readonly question: string;
  /** Before the question, the newest that a model may read. */
  readonly history: readonly ModelMessage[];
  /** After the question: calls of the client's tools, and their results. */
  readonly following: readonly ModelMessage[];
  /** The client's own instructions; empty: none. */
  readonly instructions: string;
  /** The client's own. */
  readonly clientTools: readonly ToolDescription[];
  /** Whether any tool may be called, Docent's own included. */
  readonly toolChoice: "auto" | "none";
  /** Of the answer, at most; undefined: the server's limit. */
  readonly answerTokens: number | undefined;
}

/** The turn that a body asks for. */
export function readCompletion(
  body: v.InferOutput<ReturnType<typeof completionBody>>,
): CompletionTurn {
  const { messages, tools, tool_choice: choice } = body;
  const at = messages.findLastIndex(({ role }) => role === "user");
  const question = messages[at];
  const instructions = messages.filter(({ role }) => role === "system" || role === "developer");
  return {
    model: body.model,
    question: question ? textOf(question).trim() : "",
    history: recallMessages(messages.slice(0, at).flatMap(toModelMessage)),
    following: messages.slice(at + 1).flatMap(toModelMessage),
    instructions: instructions.map(textOf).join("\n\n").trim(),
    clientTools:
      choice === "none" ? [] : (tools ?? []).map(({ function: given }) => describeFunction(given)),
    toolChoice: choice === "none" ? "none" : "auto",
    answerTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
  };
}

function toModelMessage(each: Message): ModelMessage[] {
  const text = textOf(each);
  switch (each.role) {
    case "user":
      return [{ role: "user", content: text }];
    case "assistant": {
      const toolCalls = (each.tool_calls ?? []).flatMap(({ id, function: called }) =>
        called ? [{ id, name: called.name, arguments: called.arguments }] : [],
      );
      return [{ role: "assistant", content: text, ...(toolCalls.length > 0 && { toolCalls }) }];
    }
    case "tool":
      return [{ role: "tool", toolCallId: each.tool_call_id ?? "", content: text }];
    case "system":
    case "developer":
      return [];
  }
}

function textOf({ content: given }: Message): string {
  return textOfContent(given);
}
