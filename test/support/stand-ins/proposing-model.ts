import type {
  LanguageModel,
  ModelPart,
  ModelRequest,
} from "../../../handlers/ports/language-model.ts";

const usage = { input_tokens: 1, output_tokens: 1 };

/**
 * Stands in for a language model that calls tools: "add <title>" adds a task; "tidy up" lists the tasks and
 * proposes to delete every one; "blunder" makes calls that fail. To anything else, and to results, it answers with a sentence.
 */
export const proposingModel: LanguageModel = {
  name: "proposing",
  async *stream(request) {
    const calls = callsFor(request);
    if (calls.length === 0) yield { type: "text-delta", text: sentenceFor(request) };
    yield* calls;
    yield { type: "finished", finishReason: calls.length > 0 ? "tool_calls" : "stop", usage };
  },
};

function callsFor({ messages, tools }: ModelRequest): ModelPart[] {
  const asked = messages.findLast(({ role }) => role === "user")?.content ?? "";
  const last = messages.at(-1);
  if (tools.length === 0 || !last) return [];
  if (last.role === "user") {
    const [, title] = /^add (.+)/.exec(asked) ?? [];
    if (title !== undefined) return [call("add_task", { title })];
    if (asked === "blunder") {
      const task_id = crypto.randomUUID();
      return [
        call("complete_task", { task_id }),
        call("add_task", { title: "" }),
        call("no_tool", {}),
      ];
    }
    return asked === "tidy up" ? [call("list_tasks", {})] : [];
  }
  if (asked !== "tidy up" || last.role !== "tool") return [];
  const { tasks } = JSON.parse(last.content) as { tasks?: { task_id: string }[] };
  return (tasks ?? []).map(({ task_id }) => call("delete_task", { task_id }));
}

function call(name: string, input: object): ModelPart {
  const id = crypto.randomUUID();
  return {
    type: "tool-call",
    call: { id, name, arguments: JSON.stringify(input) },
    basis: "proposal",
  };
}

function sentenceFor({ messages }: ModelRequest): string {
  return messages.at(-1)?.role === "tool" ? "That is what came of it." : "Here is an answer.";
}
