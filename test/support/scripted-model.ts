import type { LanguageModel, ModelRequest } from "../../handlers/ports/language-model.ts";

/** Stands in for a language model that takes its time: says what the test tells it, when it tells it. */
export function createScriptedModel() {
  const requests: ModelRequest[] = [];
  const waiting: ((text: string | Error | null) => void)[] = [];
  const said: (string | Error | null)[] = [];

  const next = () =>
    new Promise<string | Error | null>((resolve) => {
      const text = said.shift();
      if (text === undefined) waiting.push(resolve);
      else resolve(text);
    });
  const give = (text: string | Error | null) => {
    const take = waiting.shift();
    if (take) take(text);
    else said.push(text);
  };

  const model: LanguageModel = {
    name: "scripted",
    async *stream(request, signal) {
      requests.push(request);
      const aborted = new Promise<null>((resolve) => {
        signal.addEventListener("abort", () => resolve(null));
      });
      for (;;) {
        const text = await Promise.race([next(), aborted]);
        if (signal.aborted) return;
        if (text === null) break;
        if (text instanceof Error) throw text;
        yield { type: "text-delta", text };
      }
      yield {
        type: "finished",
        finishReason: "stop",
        usage: { input_tokens: 7, output_tokens: 3 },
      };
    },
  };
  return {
    model,
    requests,
    say: (text: string) => give(text),
    fail: (error: Error) => give(error),
    end: () => give(null),
  };
}
