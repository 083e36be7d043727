import type { Dependency } from "../../handlers/ports/dependency.ts";
import type { Embedder } from "../../handlers/ports/embedder.ts";
import type { Circuit } from "../circuit.ts";
import { baseUrls } from "../http/providers.ts";
import { createOpenaiCompatibleEmbedder } from "./openai-compatible/embedder.ts";

/** Dimensions to which vectors are shortened: half the size, little loss. */
const dimensions = 768;

const presets: Readonly<Record<string, { baseUrl: string; takesDimensions: RegExp }>> = {
  gemini: { baseUrl: baseUrls.gemini, takesDimensions: /^gemini-embedding/ },
  openai: { baseUrl: baseUrls.openai, takesDimensions: /^text-embedding-3/ },
};

export interface EmbedderChoice {
  readonly provider: string;
  readonly model: string;
  readonly apiKey: string | undefined;
  /** Undefined: the provider's own. */
  readonly baseUrl: string | undefined;
}

/** Milliseconds between two probes; they are rare, because each is billed. */
const freshMilliseconds = 600_000;

/** Reports an embedder's state to /api/health and `docent check --connect`. */
export function embedderDependency(embedder: Embedder, circuit: Circuit): Dependency {
  const embed = (signal: AbortSignal) => embedder.embed(["Docent"], "query", signal);
  return {
    service: "embedder",
    name: "embedder",
    circuit,
    freshMilliseconds,
    async probe(signal) {
      await embed(signal);
    },
    async describe(signal) {
      const [vector] = await embed(signal);
      return [embedder.name, `${vector?.length ?? 0} dimensions`];
    },
  };
}

/** Creates the embedder that the settings select; undefined: none. */
export function chooseEmbedder(
  choice: EmbedderChoice | undefined,
  circuit: Circuit,
): Embedder | undefined {
  if (choice === undefined) return undefined;
  const { provider, model, apiKey, baseUrl } = choice;
  if (baseUrl !== undefined) {
    const own = { provider: "custom", model, apiKey, baseUrl, dimensions: undefined, circuit };
    return createOpenaiCompatibleEmbedder(own);
  }
  const preset = presets[provider];
  if (preset === undefined) return undefined;
  return createOpenaiCompatibleEmbedder({
    provider,
    model,
    apiKey,
    baseUrl: preset.baseUrl,
    dimensions: preset.takesDimensions.test(model) ? dimensions : undefined,
    circuit,
  });
}
