/**
 * Names of OpenTelemetry's semantic conventions for generative AI and HTTP, as far as Docent uses them. They still
 * change: https://opentelemetry.io/docs/specs/semconv/gen-ai/
 */
export const spanNames = {
  operation: "gen_ai.operation.name",
  provider: "gen_ai.provider.name",
  requestModel: "gen_ai.request.model",
  finishReasons: "gen_ai.response.finish_reasons",
  inputTokens: "gen_ai.usage.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  conversation: "gen_ai.conversation.id",
  dataSource: "gen_ai.data_source.id",
  tool: "gen_ai.tool.name",
  toolCall: "gen_ai.tool.call.id",
  method: "http.request.method",
  route: "http.route",
  status: "http.response.status_code",
  error: "error.type",
} as const;

/** Values of `gen_ai.operation.name`. */
export const spanOperations = {
  chat: "chat",
  embeddings: "embeddings",
  retrieval: "retrieval",
  tool: "execute_tool",
} as const;
