import type {
  ModelMessage,
  ModelRequest,
  ToolCall,
} from "../../../handlers/ports/language-model.ts";
import type { OptionalParts } from "./optional-parts.ts";
import type { LimitField } from "./presets.ts";

export interface RequestOptions extends OptionalParts {
  readonly model: string;
  /** Replaces a call's lost echo; undefined where the vendor needs none. */
  readonly missingEcho: object | undefined;
  /** The limit of the answer by the server's name for it; left out if undefined. */
  readonly limit: { readonly field: LimitField; readonly tokens: number } | undefined;
}

/** The JSON body of POST /chat/completions for a turn. */
export function encodeRequest(request: ModelRequest, options: RequestOptions): string {
  const { model, missingEcho, system, usage, effort, limit } = options;
  const messages = withData(request);
  const tools = (options.tools ? request.tools : []).map(({ name, description, parameters }) => ({
    type: "function",
    function: { name, description, parameters },
  }));
  return JSON.stringify({
    model,
    stream: true,
    ...(usage && { stream_options: { include_usage: true } }),
    messages: [
      ...(system && request.system !== "" ? [{ role: "system", content: request.system }] : []),
      ...(system ? messages : withInstructions(request.system, messages)).map((message) =>
        encodeMessage(message, model, missingEcho),
      ),
    ],
    // Some servers refuse an empty list.
    ...(tools.length > 0 && { tools }),
    ...(effort !== undefined && { reasoning_effort: effort }),
    ...(limit && { [limit.field]: limit.tokens }),
  });
}

/** The messages, of which the first begins with the instructions. */
function withInstructions(system: string, messages: readonly ModelMessage[]) {
  const [first, ...rest] = messages;
  if (system === "") return messages;
  if (first?.role === "user") return [join(system, first.content), ...rest];
  return [{ role: "user", content: system } as const, ...messages];
}

/**
 * The messages with the data at the beginning of the last question. No user message follows another one, not even where
 * the first got no answer, because the prompt templates of some models (Gemma's and Mistral's, for example) refuse
 * two in a row.
 */
function withData({ messages, data }: ModelRequest): readonly ModelMessage[] {
  const joined: ModelMessage[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (message.role !== "user" || last?.role !== "user") joined.push(message);
    else joined[joined.length - 1] = join(last.content, message.content);
  }
  const question = joined.findLastIndex(({ role }) => role === "user");
  if (data === undefined || question < 0) return joined;
  return joined.map((message, index) =>
    index === question ? join(data, message.content) : message,
  );
}

function join(before: string, after: string): ModelMessage {
  return { role: "user", content: `${before}\n\n${after}` };
}

function encodeMessage(message: ModelMessage, model: string, missingEcho: object | undefined) {
  switch (message.role) {
    case "user":
      return { role: "user", content: message.content };
    case "assistant": {
      const { content, toolCalls = [] } = message;
      if (toolCalls.length === 0) return { role: "assistant", content };
      const tool_calls = toolCalls.map((call) => encodeCall(call, model, missingEcho));
      return { role: "assistant", content: content === "" ? null : content, tool_calls };
    }
    case "tool":
      return { role: "tool", tool_call_id: message.toolCallId, content: message.content };
  }
}

function encodeCall(call: ToolCall, model: string, missingEcho: object | undefined) {
  return {
    id: call.id,
    type: "function",
    function: { name: call.name, arguments: call.arguments },
    ...(ownEcho(call.echo, model) ?? missingEcho),
  };
}

/** What a model wants back with its call, marked with the model's name, because another model would refuse it. */
export function markEcho(extraContent: object, model: string): object {
  return { model, extra_content: extraContent };
}

function ownEcho(echo: object | undefined, model: string): object | undefined {
  const { model: owner, extra_content } = (echo ?? {}) as ReturnType<typeof JSON.parse>;
  return owner === model && extra_content ? { extra_content } : undefined;
}
