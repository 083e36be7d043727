import type { LimitField } from "./presets.ts";

type Limit = { readonly field: LimitField; readonly tokens: number } | undefined;

const fields = ["max_tokens", "max_completion_tokens"] as const;
const namesLimit = /max_(?:completion_)?tokens/;

/**
 * Remembers how a model's server takes the limit of an answer: by `first`, by the other name, or, where it
 * refuses both, not at all. It refuses any limit that is larger than its context, for example.
 */
export function createAnswerLimit(first: LimitField, tokens: number) {
  const ways: Limit[] = [first, ...fields.filter((field) => field !== first)].map((field) => ({
    field,
    tokens,
  }));

  return {
    /** The limit to send now; undefined: none. */
    current: (): Limit => ways[0],
    /**
     * Whether a refusal is about the limit that was sent, so that the request is worth another attempt with
     * `current()`.
     */
    giveUp(sent: Limit, status: number, body: string): boolean {
      if (!sent || (status !== 400 && status !== 422) || !namesLimit.test(body)) return false;
      // A request that ran at the same time may have learnt it already.
      if (ways[0] === sent) ways.shift();
      return true;
    },
  };
}
