import type { StreamingFetch } from "../../../adapters/http/streaming-fetch.ts";
import { iterateParts } from "../../../adapters/language-models/iterate-parts.ts";
import { createOpenaiCompatibleModel } from "../../../adapters/language-models/openai-compatible/model.ts";
import type { RemoteModel } from "../../../adapters/language-models/remote-model.ts";
import type {
  LanguageModel,
  ModelPart,
  ModelRequest,
} from "../../../handlers/ports/language-model.ts";
import { startModelStandIn, type ModelStandIn, type Step } from "../stand-ins/model-stand-in.ts";

export const question: ModelRequest = {
  system: "Be brief.",
  messages: [{ role: "user", content: "Hi" }],
  tools: [],
  grounding: { mode: "passages", passages: [], quotes: [], related: [] },
};
export const never = new AbortController().signal;

interface ModelOptions {
  readonly model?: string;
  readonly apiKey?: string;
  /** Milliseconds of silence that end an answer; by default more than the slowest machine takes. */
  readonly silence?: number;
}

/** The OpenAI-compatible adapter in front of a stand-in, by default over the platform's own fetch. */
export async function startRemoteModel(streamingFetch: StreamingFetch = fetch) {
  const standIn: ModelStandIn = await startModelStandIn();
  const createModel = ({ model = "stand-in", apiKey, silence = 60_000 }: ModelOptions = {}) => {
    const remote = createOpenaiCompatibleModel({
      preset: "openai",
      model,
      apiKey,
      baseUrl: standIn.url,
      firstTokenTimeout: silence,
      idleTimeout: silence,
      answerTokens: 4096,
      fetch: streamingFetch,
    });
    return { ...remote, stream: streamOf(remote) };
  };
  const collect = (script: readonly Step[]) => {
    standIn.answer(script);
    return read(createModel().stream(question, never));
  };
  return {
    standIn,
    createModel,
    collect,
    /** The joined text, thoughts, calls and end of the model's answer. */
    async outcome(script: readonly Step[]) {
      const parts = await collect(script);
      const last = parts.at(-1);
      return {
        text: textOf(parts),
        thoughts: parts.map((part) => (part.type === "reasoning-delta" ? part.text : "")).join(""),
        calls: parts.flatMap((part) => (part.type === "tool-call" ? [part.call] : [])),
        reason: last?.type === "finished" ? last.finishReason : undefined,
      };
    },
  };
}

/** A remote model's parts, as the chain of models gives them to its reader. */
export function streamOf(remote: RemoteModel): LanguageModel["stream"] {
  return (request, signal) =>
    iterateParts((say, stopped) => remote.speak(request, say, stopped), signal);
}

export async function read(stream: AsyncIterable<ModelPart>): Promise<ModelPart[]> {
  const parts: ModelPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

export function textOf(parts: readonly ModelPart[]): string {
  return parts.map((part) => (part.type === "text-delta" ? part.text : "")).join("");
}
