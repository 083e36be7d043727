import { baseUrls } from "../../http/providers.ts";

/** A vendor that speaks the OpenAI chat-completions format, and its peculiarities. */
export interface Preset {
  readonly baseUrl: string;
  /** A GET that needs a valid key and is not billed. */
  readonly probePath: string;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Replaces a call's lost thought signature. Gemini 3 refuses a call without one.
   * https://ai.google.dev/gemini-api/docs/thought-signatures
   */
  readonly missingEcho?: object;
}

export type PresetName = keyof typeof baseUrls;

export const presets: Readonly<Record<PresetName, Preset>> = {
  gemini: {
    baseUrl: baseUrls.gemini,
    probePath: "/models",
    missingEcho: {
      extra_content: { google: { thought_signature: "skip_thought_signature_validator" } },
    },
  },
  huggingface: { baseUrl: baseUrls.huggingface, probePath: "/models" },
  openai: { baseUrl: baseUrls.openai, probePath: "/models" },
  openrouter: {
    baseUrl: baseUrls.openrouter,
    // Its list of models needs no key.
    probePath: "/key",
    headers: { "x-title": "Docent" },
  },
};
