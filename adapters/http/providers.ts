/** Where vendors serve the OpenAI wire format; each up to `/chat/completions` and `/embeddings`. */
export const baseUrls = {
  // https://ai.google.dev/gemini-api/docs/openai
  gemini: "https://generativelanguage.googleapis.com/v1beta/openai",
  // https://huggingface.co/docs/inference-providers
  huggingface: "https://router.huggingface.co/v1",
  openai: "https://api.openai.com/v1",
  openrouter: "https://openrouter.ai/api/v1",
} as const;
