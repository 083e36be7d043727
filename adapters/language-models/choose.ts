import type { Clock } from "../../handlers/ports/clock.ts";
import type { Dependency } from "../../handlers/ports/dependency.ts";
import type { LanguageModel, UpstreamModel } from "../../handlers/ports/language-model.ts";
import type { Logger } from "../../handlers/ports/logger.ts";
import { createModelChain } from "./fallback.ts";
import type { StreamingFetch } from "../http/streaming-fetch.ts";
import type { ModelChoice } from "./remote-model.ts";
import type { PresetName } from "./openai-compatible/presets.ts";

/** A model as the settings give it. */
interface Choice {
  readonly provider: PresetName;
  readonly model: string;
  readonly apiKey: string | undefined;
  readonly baseUrl: string | undefined;
}

export interface LanguageModelOptions {
  readonly languageModels: readonly (Choice | { readonly provider: "extractive" })[];
  /** Milliseconds. */
  readonly firstTokenTimeout: number;
  readonly idleTimeout: number;
  /** Of one answer, at most. */
  readonly answerTokens: number;
  readonly fetch: StreamingFetch;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The models in the settings' order as one that falls back. The extractive model never fails, so
 * models listed after it are left out; without any other it answers alone.
 */
export function chooseLanguageModel(options: LanguageModelOptions): {
  readonly languageModel: LanguageModel;
  /** The remote models one by one. */
  readonly upstreams: readonly UpstreamModel[];
  /** The remote models, for health. */
  readonly dependencies: readonly Dependency[];
} {
  const { languageModels, clock, logger, ...rest } = options;
  const choices: ModelChoice[] = [];
  for (const choice of languageModels) {
    if (choice.provider === "extractive") break;
    const { provider: preset, ...remote } = choice;
    const load = once(async () => {
      // Loaded at the first question, so that a starting server answers /health sooner.
      const { createOpenaiCompatibleModel } = await import("./openai-compatible/model.ts");
      return createOpenaiCompatibleModel({ ...rest, ...remote, preset });
    });
    choices.push({ name: preset, model: remote.model, load });
  }
  const [first, ...others] = choices;
  if (!first) return { languageModel: extractive, upstreams: [], dependencies: [] };
  const chain = createModelChain({ choices: [first, ...others], extractive, clock, logger });
  return { languageModel: chain, upstreams: chain.upstreams, dependencies: chain.models };
}

/** Loaded at its first answer: where a language model answers, it is seldom needed. */
const extractive: LanguageModel = {
  name: "extractive",
  async *stream(request, signal) {
    const { createExtractiveModel } = await import("./extractive/model.ts");
    yield* createExtractiveModel().stream(request, signal);
  },
};

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}
