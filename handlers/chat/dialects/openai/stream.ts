import { openaiError } from "../../../http/problem.ts";
import { eventStream } from "../../../http/event-stream.ts";
import type { Reply } from "../../../http/reply.ts";
import { problemKinds } from "../../../contract/problems.ts";
import { listSources, placeSources } from "../../answers/link-source.ts";
import type { ChatPart } from "../../parts.ts";
import { readUntilLeft } from "../../turns/read-until-left.ts";
import type { Run } from "../../turns/run.ts";
import {
  annotate,
  encodeClientCall,
  encodeUsage,
  finishReasons,
  type CompletionFormat,
} from "./chunks.ts";

export interface ChunkFormat extends CompletionFormat {
  /** Whether a last chunk without choices tells the usage. */
  readonly usage: boolean;
}

const end = "[DONE]";

/**
 * Sends a run as chunks of a chat completion (https://platform.openai.com/docs/api-reference/chat-streaming). The
 * run stops when its reader leaves.
 */
export function respondWithChunks(run: Run, format: ChunkFormat): Reply {
  const encode = createChunkEncoder(format);
  return eventStream(readUntilLeft(run), ({ parts }) =>
    parts.flatMap((part) => encode(part).map((data) => ({ data }))),
  );
}

/** Creates the encoder of one run's parts, from its first part on. */
function createChunkEncoder(format: ChunkFormat) {
  const { id, created, model, clientTools, links, usage } = format;
  // Written once: a token's chunk differs in its text alone.
  const head = `{"id":${JSON.stringify(id)},"object":"chat.completion.chunk","created":${created},"model":${JSON.stringify(model)}`;
  const choice = (delta: string, reason: string | null = null) =>
    `${head},"choices":[{"index":0,"delta":${delta},"finish_reason":${JSON.stringify(reason)}}]}`;
  let calls = 0;

  return (part: ChatPart): string[] => {
    switch (part.type) {
      case "started":
        return [choice('{"role":"assistant","content":""}')];
      case "text-delta":
        return [choice(`{"content":${JSON.stringify(part.text)}}`)];
      case "reasoning-delta":
        return [choice(`{"reasoning_content":${JSON.stringify(part.text)}}`)];
      case "tool-call": {
        if (!clientTools.has(part.tool)) return [];
        const call = { index: calls, ...encodeClientCall(part) };
        calls += 1;
        return [choice(JSON.stringify({ tool_calls: [call] }))];
      }
      case "tool-result":
      case "confirmation":
        return [];
      case "finished": {
        const { content } = part;
        const sources = placeSources(part.sources, format.origin);
        const annotations = annotate(content, sources);
        const list = links && sources.length > 0 ? `\n\n${listSources(sources)}\n` : "";
        return [
          ...(list === "" ? [] : [choice(JSON.stringify({ content: list }))]),
          ...(annotations.length > 0 ? [choice(JSON.stringify({ annotations }))] : []),
          choice("{}", finishReasons[part.finishReason]),
          ...(usage
            ? [`${head},"choices":[],"usage":${JSON.stringify(encodeUsage(part.usage))}}`]
            : []),
          end,
        ];
      }
      case "failed": {
        const { status } = problemKinds[part.code];
        return [JSON.stringify(openaiError({ ...part, status })), end];
      }
    }
  };
}
