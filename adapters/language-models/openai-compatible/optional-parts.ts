/** The parts of a request that not every server or model takes. */
export interface OptionalParts {
  readonly tools: boolean;
  /** Whether the instructions are a message of their own; otherwise the first question begins with them. */
  readonly system: boolean;
  /** Whether the stream is asked to tell its usage. */
  readonly usage: boolean;
  /** `reasoning_effort`; left out if undefined. */
  readonly effort: "none" | undefined;
}

/**
 * How Ollama, vLLM, llama.cpp (with 500), OpenRouter (404), Groq, Mistral and DeepSeek say that a model, or its server
 * as it was started, takes no tools.
 */
const refusesTools =
  /support[^.]{0,10} (?:tool|function call)|(?:tool|function call)[^.]{0,60}(?:not (?:supported|enabled)|requires --)/i;
const toolStatuses: ReadonlySet<number> = new Set([400, 404, 422, 500, 501]);

/** Gemma has no place for instructions: how vLLM says so of its template, and Google of its models. */
const refusesSystem = /system role not supported|developer instruction is not enabled/i;

/** Mistral's and Azure's servers refuse fields that they do not know, and tell the usage unasked. */
const refusesUsage = /stream_options|include_usage/;

/** Milliseconds. Then the server may have been updated, or OpenRouter found a provider of the model that takes tools. */
const rememberedFor = 600_000;

/** Remembers for a while which optional parts a model's server has refused. */
export function createOptionalParts() {
  const tools = createRefusal();
  const system = createRefusal();
  const usage = createRefusal();
  // Newer OpenAI models accept tools only with `reasoning_effort: "none"`; older ones refuse the parameter.
  let toolsForbidReasoning = false;

  return {
    /** What to send now. */
    current(hasTools: boolean): OptionalParts {
      const hasUsableTools = hasTools && !tools.isRemembered();
      return {
        tools: hasUsableTools,
        system: !system.isRemembered(),
        usage: !usage.isRemembered(),
        effort: hasUsableTools && toolsForbidReasoning ? "none" : undefined,
      };
    },
    /** Whether the refusal is about a part of what was sent, so that another attempt goes without it. */
    learn(sent: OptionalParts, status: number, body: string): boolean {
      const isInvalid = status === 400 || status === 422;
      if (status === 400 && sent.tools && !sent.effort && body.includes("reasoning_effort")) {
        toolsForbidReasoning = true;
      } else if (sent.tools && toolStatuses.has(status) && refusesTools.test(body)) {
        tools.remember();
      } else if (sent.system && refusesSystem.test(body)) {
        system.remember();
      } else if (sent.usage && isInvalid && refusesUsage.test(body)) {
        usage.remember();
      } else return false;
      return true;
    },
  };
}

function createRefusal() {
  let until = -Infinity;
  return {
    isRemembered: () => performance.now() < until,
    remember(): void {
      until = performance.now() + rememberedFor;
    },
  };
}
