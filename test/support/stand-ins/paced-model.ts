import { setTimeout as sleep } from "node:timers/promises";
import type { LanguageModel } from "../../../handlers/ports/language-model.ts";

/**
 * Stands in for a slow language model: the question says how many words it says, and how many milliseconds apart
 * ("20 50").
 */
export const pacedModel: LanguageModel = {
  name: "paced",
  async *stream({ messages }, signal) {
    const [count = 0, gap = 0] = (messages.at(-1)?.content ?? "").split(" ").map(Number);
    for (let word = 1; word <= count; word += 1) {
      if (gap > 0) await sleep(gap);
      if (signal.aborted) return;
      yield { type: "text-delta", text: `word${word} ` };
    }
    const usage = { input_tokens: 1, output_tokens: count };
    yield { type: "finished", finishReason: "stop", usage };
  },
};
