import { baseUrls } from "../../http/providers.ts";

/** A vendor that speaks the OpenAI chat-completions format, and its peculiarities. */
export interface Preset {
  readonly baseUrl: string;
  /** A GET that needs a valid key and is not billed. */
  readonly probePath: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How the vendor calls the limit of an answer; OpenAI's newer models refuse the older name. */
  readonly limitField: LimitField;
  /**
   * Replaces a call's lost thought signature. Gemini 3 refuses a call without one.
   * https://ai.google.dev/gemini-api/docs/thought-signatures
   */
  readonly missingEcho?: object;
}

export type LimitField = "max_tokens" | "max_completion_tokens";

export type PresetName = keyof typeof baseUrls;

export const presets: Readonly<Record<PresetName, Preset>> = {
  gemini: {
    baseUrl: baseUrls.gemini,
    probePath: "/models",
    limitField: "max_tokens",
    missingEcho: {
      extra_content: { google: { thought_signature: "skip_thought_signature_validator" } },
    },
  },
  huggingface: {
    baseUrl: baseUrls.huggingface,
    probePath: "/models",
    limitField: "max_tokens",
  },
  openai: {
    baseUrl: baseUrls.openai,
    probePath: "/models",
    limitField: "max_completion_tokens",
  },
  openrouter: {
    baseUrl: baseUrls.openrouter,
    // Its list of models needs no key.
    probePath: "/key",
    limitField: "max_tokens",
    headers: { "x-title": "Docent" },
  },
};
