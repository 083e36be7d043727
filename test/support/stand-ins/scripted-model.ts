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
  const waiting: ((text: Cue) => void)[] = [];
  const said: Cue[] = [];

  const next = () =>
    new Promise<Cue>((resolve) => {
      const cue = said.shift();
      if (cue === undefined) waiting.push(resolve);
      else resolve(cue);
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
      const aborted = new Promise<null>((resolve) => {
        signal.addEventListener("abort", () => resolve(null));
      });
      for (;;) {
        const cue = await Promise.race([next(), aborted]);
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
    /** Calls a tool; a text `input` is sent unchanged. */
    call(name: string, input: object | string, id = `call_${(calls += 1)}`) {
      const text = typeof input === "string" ? input : JSON.stringify(input);
      give({ type: "tool-call", call: { id, name, arguments: text }, basis: "proposal" });
    },
    fail: (error: Error) => give(error),
    end: () => give(null),
  };
}
