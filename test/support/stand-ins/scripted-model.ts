import type {
  LanguageModel,
  ModelPart,
  ModelRequest,
} from "../../../handlers/ports/language-model.ts";

/** The model's next part or error; null: its end. */
type Cue = ModelPart | Error | null;

/** Stands in for a slow language model: says what the test tells it, when it tells it. */
export function createScriptedModel() {
  const requests: ModelRequest[] = [];
  let waiting: ((text: Cue) => void)[] = [];
  const said: Cue[] = [];

  /** The next cue; null when the answer is aborted first, which leaves the cue for the next answer. */
  const next = (signal: AbortSignal) =>
    new Promise<Cue>((resolve) => {
      const cue = said.shift();
      if (cue !== undefined) return resolve(cue);
      waiting.push(resolve);
      signal.addEventListener("abort", () => {
        waiting = waiting.filter((waiter) => waiter !== resolve);
        resolve(null);
      });
    });
  const give = (cue: Cue) => {
    const take = waiting.shift();
    if (take) take(cue);
    else said.push(cue);
  };
  let calls = 0;

  const model: LanguageModel = {
    name: "scripted",
    async *stream(request, signal) {
      requests.push(request);
      while (!signal.aborted) {
        const cue = await next(signal);
        if (signal.aborted) return;
        if (cue === null) break;
        if (cue instanceof Error) throw cue;
        yield cue;
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
    say: (text: string) => give({ type: "text-delta", text }),
    think: (text: string) => give({ type: "reasoning-delta", text }),
    /** Calls a tool; a text `input` is sent unchanged. */
    call(name: string, input: object | string, id = `call_${(calls += 1)}`) {
      const text = typeof input === "string" ? input : JSON.stringify(input);
      give({ type: "tool-call", call: { id, name, arguments: text }, basis: "proposal" });
    },
    fail: (error: Error) => give(error),
    end: () => give(null),
  };
}
