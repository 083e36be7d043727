import { baseUrls } from "../../http/providers.ts";

/** Who speaks the OpenAI chat-completions format, and what is special about them. */
export interface Preset {
  readonly baseUrl: string;
  /** Answers who has a good key, and bills nothing. */
  readonly probePath: string;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Stands in where a call's own signature is lost. Gemini 3 turns a call without one down.
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
    // Its list of models is open to everybody.
    probePath: "/key",
    headers: { "x-title": "Docent" },
  },
};
