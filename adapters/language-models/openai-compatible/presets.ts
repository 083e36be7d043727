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

export type PresetName = "gemini" | "huggingface" | "openai" | "openrouter";

export const presets: Readonly<Record<PresetName, Preset>> = {
  gemini: {
    baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
    probePath: "/models",
    missingEcho: {
      extra_content: { google: { thought_signature: "skip_thought_signature_validator" } },
    },
  },
  huggingface: { baseUrl: "https://router.huggingface.co/v1", probePath: "/models" },
  openai: { baseUrl: "https://api.openai.com/v1", probePath: "/models" },
  openrouter: {
    baseUrl: "https://openrouter.ai/api/v1",
    // Its list of models is open to everybody.
    probePath: "/key",
    headers: { "x-title": "Docent" },
  },
};
