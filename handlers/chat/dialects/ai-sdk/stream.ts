import { eventStream } from "../../../http/event-stream.ts";
import type { Reply } from "../../../http/reply.ts";
import type { FinishReason } from "../../../ports/language-model.ts";
import type { Source } from "../../../contract/source.ts";
import { listSources } from "../../answers/link-source.ts";
import type { ChatPart } from "../../parts.ts";
import { readUntilLeft } from "../../turns/read-until-left.ts";
import type { Run } from "../../turns/run.ts";
import { encodeOutcome } from "../../tools/stored-call.ts";
import { encodeConfirmation } from "../docent/tools.ts";

export interface UiFormat {
  /** `new`: the answer is a message of its own; `last`: it continues the client's last message. */
  readonly message: "new" | "last";
  /** `markdown`: the text, too, ends with a list of the sources. */
  readonly sources: "parts" | "markdown";
}

/**
 * Sends a run as the AI SDK's UI message stream, version 1. A chunk of a type that the client does not know
 * makes it throw.
 */
export function respondWithUiMessages(run: Run, format: UiFormat): Reply {
  const encode = createEncoder(run, format);
  // A run that is not stored cannot be resumed, so it stops when its reader leaves.
  const batches = run.kept ? run.read(0) : readUntilLeft(run);
  return eventStream(
    batches,
    ({ parts }) =>
      parts.flatMap((part) =>
        encode(part).map((chunk) => ({
          data: typeof chunk === "string" ? chunk : JSON.stringify(chunk),
        })),
      ),
    { "x-vercel-ai-ui-message-stream": "v1" },
  );
}

const end = "[DONE]";

/** Creates the encoder of one run's parts, from its first part on. */
function createEncoder(run: Run, { message, sources }: UiFormat) {
  let open: { readonly type: "text" | "reasoning"; readonly id: string } | undefined;
  let opened = 0;
  let hasResults = false;

  const close = (): object[] => {
    const ended = open ? [{ type: `${open.type}-end`, id: open.id }] : [];
    open = undefined;
    return ended;
  };
  /** Text or calls after tool results belong to the next request to the model, a step of its own. */
  const step = (): object[] => {
    if (!hasResults) return [];
    hasResults = false;
    return [{ type: "finish-step" }, { type: "start-step" }];
  };
  const say = (type: "text" | "reasoning", delta: string): object[] => {
    const before = open?.type === type ? [] : [...close(), ...step()];
    if (!open) {
      open = { type, id: `${type}-${(opened += 1)}` };
      before.push({ type: `${type}-start`, id: open.id });
    }
    return [...before, { type: `${type}-delta`, id: open.id, delta }];
  };

  return (part: ChatPart): (object | string)[] => {
    switch (part.type) {
      case "started":
        return [
          { type: "start", ...(message === "new" && { messageId: run.messageId }) },
          {
            type: "data-metadata",
            data: {
              ...(run.kept && { conversation_id: run.conversationId }),
              message_id: run.messageId,
              degraded: part.degraded,
            },
            transient: true,
          },
          { type: "start-step" },
        ];
      case "text-delta":
        return say("text", part.text);
      case "reasoning-delta":
        return say("reasoning", part.text);
      case "tool-call": {
        const { id: toolCallId, tool: toolName, arguments: input } = part;
        // Keeps the client from running the call or waiting for a result of its own.
        const call = { toolCallId, toolName, input, providerExecuted: true };
        return [...close(), ...step(), { type: "tool-input-available", ...call }];
      }
      case "tool-result":
        hasResults = true;
        return [...close(), encodeResult(part)];
      case "confirmation":
        return [{ type: "data-confirmation", id: part.id, data: encodeConfirmation(part) }];
      case "finished":
        return [
          ...(sources === "markdown" && part.sources.length > 0
            ? say("text", `\n\n${listSources(part.sources)}\n`)
            : []),
          ...close(),
          ...part.sources.map(encodeSource),
          ...(part.related.length > 0
            ? [{ type: "data-related", data: { pages: part.related } }]
            : []),
          // Offsets into the answer's text parts, joined.
          ...(part.unsupported.length > 0
            ? [{ type: "data-unsupported", data: { spans: part.unsupported } }]
            : []),
          { type: "finish-step" },
          {
            type: "finish",
            finishReason: finishReasons[part.finishReason],
            messageMetadata: { usage: part.usage, degraded: part.degraded },
          },
          end,
        ];
      case "failed":
        return [...close(), { type: "error", errorText: part.message }, end];
    }
  };
}

function encodeResult({ id, outcome }: Extract<ChatPart, { type: "tool-result" }>): object {
  const call = { toolCallId: id, providerExecuted: true };
  if (outcome.kind === "failed") {
    return { type: "tool-output-error", ...call, errorText: outcome.message };
  }
  const output = outcome.kind === "done" ? outcome.result : encodeOutcome(outcome);
  return { type: "tool-output-available", ...call, output };
}

/**
 * Sources come in the order of their markers: marker n is the n-th. `providerMetadata` carries the whole
 * source.
 */
function encodeSource(source: Source): object {
  const { id: sourceId, url, title, path } = source;
  const more = { providerMetadata: { docent: source } };
  return url === null
    ? {
        type: "source-document",
        sourceId,
        mediaType: /\.mdx?$/i.test(path) ? "text/markdown" : "text/plain",
        title,
        filename: path,
        ...more,
      }
    : { type: "source-url", sourceId, url, title, ...more };
}

const finishReasons = {
  stop: "stop",
  length: "length",
  tool_calls: "tool-calls",
  content_filter: "content-filter",
  cancelled: "other",
  error: "error",
} as const satisfies Record<FinishReason, string>;
