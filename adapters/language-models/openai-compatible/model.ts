import type { ModelRequest } from "../../../handlers/ports/language-model.ts";
import { createAnswerLimit } from "./answer-limit.ts";
import { createOptionalParts } from "./optional-parts.ts";
import { createStreamDecoder } from "./stream.ts";
import { encodeRequest } from "./request.ts";
import { readErrorBody, RefusedRequest } from "../../http/status.ts";
import type {
  ChunkReader,
  StreamedRequest,
  StreamedResponse,
  StreamingFetch,
} from "../../http/streaming-fetch.ts";
import { connectionFailure } from "../failures.ts";
import type { Say } from "../iterate-parts.ts";
import type { RemoteModel } from "../remote-model.ts";
import { presets, type PresetName } from "./presets.ts";
import { watchSilence } from "../silence.ts";

export interface OpenaiCompatibleOptions {
  readonly preset: PresetName;
  readonly model: string;
  /** Undefined for a server that needs none. */
  readonly apiKey: string | undefined;
  /** Without a trailing slash; the preset's if undefined. */
  readonly baseUrl: string | undefined;
  /** Longest wait for the first text, reasoning or tool call, milliseconds. */
  readonly firstTokenTimeout: number;
  /** Longest pause between two of them, milliseconds. */
  readonly idleTimeout: number;
  /** Of one answer, at most. */
  readonly answerTokens: number;
  readonly fetch: StreamingFetch;
}

/**
 * Any model behind the OpenAI chat-completions format (https://platform.openai.com/docs/api-reference/chat).
 *
 * `speak` and `probe` throw PortFailure; `speak` ends quietly when its signal aborts.
 */
export function createOpenaiCompatibleModel(options: OpenaiCompatibleOptions): RemoteModel {
  const { preset: name, model } = options;
  const preset = presets[name];
  const baseUrl = options.baseUrl ?? preset.baseUrl;
  const isVendors = options.baseUrl === undefined;
  const missingEcho = isVendors ? preset.missingEcho : undefined;
  const headers: Record<string, string> = {
    ...(isVendors && preset.headers),
    ...(options.apiKey !== undefined && { authorization: `Bearer ${options.apiKey}` }),
  };
  const limits = createAnswerLimit(
    isVendors ? preset.limitField : "max_tokens",
    options.answerTokens,
  );
  const optional = createOptionalParts();

  async function call(path: string, init: StreamedRequest): Promise<StreamedResponse> {
    try {
      return await options.fetch(baseUrl + path, init);
    } catch (error) {
      throw connectionFailure(name, "does not answer", error);
    }
  }

  async function ask(request: ModelRequest, signal: AbortSignal): Promise<StreamedResponse> {
    for (let limit = limits.current(); ;) {
      const parts = optional.current(request.tools.length > 0);
      const response = await call("/chat/completions", {
        method: "POST",
        headers: { ...headers, "content-type": "application/json", accept: "text/event-stream" },
        body: encodeRequest(request, {
          model,
          missingEcho,
          ...parts,
          limit: limit && {
            ...limit,
            tokens: Math.min(limit.tokens, request.answerTokens ?? Infinity),
          },
        }),
        signal,
      });
      if (response.ok) return response;
      const body = await readErrorBody(response);
      if (optional.learn(parts, response.status, body)) continue;
      const again = limits.afterRefusal(limit, response.status, body);
      if (!again) throw new RefusedRequest(name, response, body);
      limit = again.limit;
    }
  }

  async function speak(request: ModelRequest, say: Say, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const silence = watchSilence(name, options, signal);
    let drained: Promise<void> | undefined;
    try {
      const { body } = await ask(request, silence.signal);
      const reader = (body ?? new Blob().stream()).getReader();
      const text = new TextDecoder();
      const decoder = createStreamDecoder(name, model, options.answerTokens);
      while (!decoder.isDone()) {
        let chunk: Uint8Array | undefined;
        try {
          chunk = (await reader.read()).value;
        } catch (error) {
          // The answer is complete; how the connection ends does not matter.
          if (decoder.isFinished() && !signal.aborted) break;
          throw connectionFailure(name, "was cut off", error);
        }
        if (!chunk) break;
        const parts = decoder.feed(text.decode(chunk, { stream: true }));
        if (decoder.isEnding()) silence.ending();
        else if (decoder.hasHeard()) silence.heard();
        for (const part of parts) say(part);
        const failure = decoder.failure();
        if (failure) throw failure;
      }
      const last = decoder.finish();
      if (!decoder.isCut()) {
        // Reading to the end lets the connection be reused; the answer does not wait for it.
        silence.ending();
        drained = drain(reader);
      }
      for (const part of last) say(part);
    } catch (error) {
      if (!signal.aborted) throw silence.failure() ?? error;
    } finally {
      if (drained) void drained.then(() => silence.end());
      else silence.end();
    }
  }

  return {
    name,
    speak,
    async probe(signal) {
      const response = await call(isVendors ? preset.probePath : "/models", { headers, signal });
      if (!response.ok) throw new RefusedRequest(name, response, await readErrorBody(response));
      await response.body
        ?.getReader()
        .cancel()
        .catch(() => undefined);
    },
  };
}

async function drain(reader: ChunkReader): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // The connection broke or was aborted: it is closed.
  }
}
