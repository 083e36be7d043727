import { problemKinds } from "../../../contract/problems.ts";
import { Problem } from "../../../http/problem.ts";
import { json, type Reply } from "../../../http/reply.ts";
import { listSources, placeSources } from "../../answers/link-source.ts";
import type { Run } from "../../turns/run.ts";
import {
  annotate,
  encodeClientCall,
  encodeUsage,
  finishReasons,
  type CompletionFormat,
} from "./chunks.ts";

/**
 * Waits for the run's end and sends it as one chat completion. The run stops when the client disconnects.
 *
 * @throws Problem with the failure's code when the answer failed
 */
export async function respondWithCompletion(
  run: Run,
  { clientTools, links, origin, ...head }: CompletionFormat,
  signal: AbortSignal,
): Promise<Reply> {
  signal.addEventListener("abort", () => void run.end(), { once: true });
  if (signal.aborted) void run.end();
  const calls: ReturnType<typeof encodeClientCall>[] = [];
  let reasoning = "";
  for await (const { parts } of run.read(0)) {
    for (const part of parts) {
      if (part.type === "reasoning-delta") reasoning += part.text;
      if (part.type === "tool-call" && clientTools.has(part.tool)) {
        calls.push(encodeClientCall(part));
      }
      if (part.type === "failed") {
        throw new Problem(problemKinds[part.code].status, part.code, part.message, {
          headers: part.retryable ? { "retry-after": "2" } : {},
        });
      }
      if (part.type === "finished") {
        const { content, usage, finishReason } = part;
        const sources = placeSources(part.sources, origin);
        const list = links && sources.length > 0 ? `\n\n${listSources(sources)}\n` : "";
        const annotations = annotate(content, sources);
        const message = {
          role: "assistant",
          content: content === "" && calls.length > 0 ? null : content + list,
          refusal: null,
          ...(reasoning !== "" && { reasoning_content: reasoning }),
          ...(calls.length > 0 && { tool_calls: calls }),
          ...(annotations.length > 0 && { annotations }),
        };
        const finish_reason = finishReasons[finishReason];
        return json({
          ...head,
          object: "chat.completion",
          choices: [{ index: 0, message, logprobs: null, finish_reason }],
          usage: encodeUsage(usage),
        });
      }
    }
  }
  throw new Problem(500, "internal_error", "The answer ended without an end.");
}
