import { listProblem, type SettingValues } from "./read.ts";
import { readList } from "./lists.ts";
import type {
  LanguageModelChoice,
  RemoteModelChoice,
  RemoteProvider,
  SettingsProblem,
} from "./types.ts";

type Configured = Readonly<Partial<Record<RemoteProvider, RemoteModelChoice>>>;

const providers = ["gemini", "huggingface", "openai", "openrouter"] as const;
const keyOf = {
  gemini: "GEMINI_API_KEY",
  huggingface: "HF_TOKEN",
  openai: "OPENAI_API_KEY",
  openrouter: "OPENROUTER_API_KEY",
} as const;

interface ModelsReading {
  readonly languageModels: readonly LanguageModelChoice[];
  readonly embedder: RemoteModelChoice | undefined;
  readonly problems: readonly SettingsProblem[];
}

/**
 * Which models answer, in which order, and which one embeds. A model counts as configured by its
 * key, or OpenAI's by OPENAI_BASE_URL; a server of the operator's own may embed only. `unreadable`: names that
 * were given and are invalid.
 */
export function readModels(values: SettingValues, unreadable: ReadonlySet<string>): ModelsReading {
  const problems: SettingsProblem[] = [];
  // A key for the operator's own server must not be sent to OpenAI because the URL has a typo.
  const isMistyped = unreadable.has("OPENAI_BASE_URL");
  const onlyEmbeds = isMistyped ? undefined : readEmbedderAlone(values);
  const openai = isMistyped || onlyEmbeds ? undefined : readOpenai(values, problems);
  const configured: Configured = {
    ...remote("gemini", values.GEMINI_API_KEY, values.GEMINI_MODEL),
    ...remote("huggingface", values.HF_TOKEN, values.HF_MODEL),
    ...(openai && { openai }),
    ...remote("openrouter", values.OPENROUTER_API_KEY, values.OPENROUTER_MODEL),
  };
  const languageModels = inOrder(values, configured, problems);
  return {
    languageModels: languageModels.length > 0 ? languageModels : [{ provider: "extractive" }],
    embedder: onlyEmbeds ?? chooseEmbedder(values, configured),
    problems,
  };
}

function remote(provider: RemoteProvider, apiKey: string | undefined, model: string): Configured {
  return apiKey ? { [provider]: { provider, model, apiKey, baseUrl: undefined } } : {};
}

/** A server of the operator's own that has an embedding model and no language model. */
function readEmbedderAlone(values: SettingValues): RemoteModelChoice | undefined {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl } = values;
  const { OPENAI_MODEL: languageModel, OPENAI_EMBEDDING_MODEL: model } = values;
  if (!baseUrl || !model || languageModel) return undefined;
  return { provider: "openai", model, apiKey, baseUrl };
}

function readOpenai(
  values: SettingValues,
  problems: SettingsProblem[],
): RemoteModelChoice | undefined {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model } = values;
  if (!apiKey && !baseUrl) return undefined;
  if (baseUrl && !model) {
    problems.push({
      name: "OPENAI_MODEL",
      code: "missing",
      message:
        "OPENAI_BASE_URL is set: name the model to ask there in OPENAI_MODEL, or in OPENAI_EMBEDDING_MODEL if it only embeds.",
      affects: ["models"],
    });
    return undefined;
  }
  return { provider: "openai", model: model ?? "gpt-6-luna", apiKey, baseUrl };
}

function inOrder(
  values: SettingValues,
  configured: Configured,
  problems: SettingsProblem[],
): LanguageModelChoice[] {
  const order = values.LANGUAGE_MODELS;
  if (order === "") return providers.flatMap((provider) => configured[provider] ?? []);
  const { accepted, rejected } = readList(order.toLowerCase(), (entry) =>
    [...providers, "extractive" as const].find((provider) => provider === entry),
  );
  const form = `${providers.join(", ")} and extractive, separated by commas`;
  problems.push(...listProblem("LANGUAGE_MODELS", rejected, form));

  return accepted.flatMap((provider): LanguageModelChoice[] => {
    if (provider === "extractive") return [{ provider }];
    const model = configured[provider];
    if (model) return [model];
    problems.push({
      name: "LANGUAGE_MODELS",
      code: "missing",
      message: `LANGUAGE_MODELS names ${provider}, which is not configured: set ${missingFor(provider, values)} or take it out.`,
      affects: ["models"],
    });
    return [];
  });
}

function missingFor(provider: RemoteProvider, values: SettingValues): string {
  return provider === "openai" && values.OPENAI_BASE_URL ? "OPENAI_MODEL" : keyOf[provider];
}

function chooseEmbedder(
  values: SettingValues,
  configured: Configured,
): RemoteModelChoice | undefined {
  const { gemini, openai } = configured;
  if (gemini) return { ...gemini, model: values.GEMINI_EMBEDDING_MODEL };
  if (!openai) return undefined;
  const model =
    values.OPENAI_EMBEDDING_MODEL ?? (openai.baseUrl ? undefined : "text-embedding-3-small");
  return model ? { ...openai, model } : undefined;
}
