import type { LimitField } from "./presets.ts";

type Limit = { readonly field: LimitField; readonly tokens: number } | undefined;

const fields = ["max_tokens", "max_completion_tokens"] as const;
const namesLimit = /max_(?:completion_)?tokens/;
/** The limit does not fit beside this request into the model's context, as vLLM says: another request may be shorter. */
const namesSize = /too (?:large|high|big)|context|exceed/i;

/**
 * Remembers how a model's server takes the limit of an answer: by `first`, by the other name, or, where it
 * refuses both, not at all.
 */
export function createAnswerLimit(first: LimitField, tokens: number) {
  const ways: Limit[] = [first, ...fields.filter((field) => field !== first)].map((field) => ({
    field,
    tokens,
  }));

  return {
    /** The limit to send now; undefined: none. */
    current: (): Limit => ways[0],
    /** The limit of another attempt after a refusal; undefined where the refusal is not about the limit sent. */
    afterRefusal(sent: Limit, status: number, body: string): { readonly limit: Limit } | undefined {
      if (!sent || (status !== 400 && status !== 422) || !namesLimit.test(body)) return undefined;
      if (namesSize.test(body)) return { limit: undefined };
      // A request that ran at the same time may have learnt it already.
      if (ways[0] === sent) ways.shift();
      return { limit: ways[0] };
    },
  };
}
