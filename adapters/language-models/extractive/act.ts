import type { ModelMessage, ToolCall } from "../../../handlers/ports/language-model.ts";
import type { Command, Reference } from "./command.ts";
import { matchTasks, type ListedTask, type Match } from "./match.ts";
import { askWhich, plain, tellResults, tellTasks, type ToolReply } from "./words.ts";

export type Step =
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "call"; readonly calls: readonly Omit<ToolCall, "id">[] }
  /** It may not be about tasks after all: answered from the documents, or else so. */
  | { readonly kind: "answer"; readonly otherwise?: string };

/** So many changes are proposed at once; each has to be confirmed. */
const mostChanges = 20;
const listLimit = 100;

const say = (text: string): Step => ({ kind: "say", text });
const call = (...calls: readonly (readonly [name: string, input: object])[]): Step => ({
  kind: "call",
  calls: calls.map(([name, input]) => ({ name, arguments: JSON.stringify(input) })),
});

/** What to do next for a command, when `replies` are what tools have said in this turn. */
export function act(command: Command, replies: readonly ToolReply[]): Step {
  const last = replies.at(-1);
  if (command.kind === "add") {
    return last ? say(tellResults(replies)) : call(["add_task", { title: command.title }]);
  }
  if (!last) {
    const status = command.kind === "list" ? command.status : "all";
    return call(["list_tasks", { status, limit: listLimit }]);
  }
  const changed = replies.filter(({ tool }) => tool !== "list_tasks");
  if (changed.length > 0) return say(tellResults(changed));
  if (!Array.isArray(last.reply["tasks"])) return say(tellResults([last]));
  const tasks = last.reply["tasks"] as readonly ListedTask[];
  const more = Number(last.reply["more"] ?? 0);
  if (command.kind === "list") {
    const kinds = { all: "", pending: "open ", completed: "completed " };
    return say(tellTasks(tasks, more, kinds[command.status]));
  }
  return change(command, tasks, more);
}

type Change = Exclude<Command, { kind: "add" | "list" }>;

function change(command: Change, tasks: readonly ListedTask[], more: number): Step {
  if (command.kind === "rename") {
    const read = command.readings.map((reading) => ({
      ...reading,
      match: find(command, reading.task, tasks),
    }));
    const best =
      read.find(({ match }) => match.exact && match.tasks.length > 0) ??
      read.find(({ match }) => match.tasks.length > 0) ??
      read[0];
    if (!best) return { kind: "answer" };
    return settle(best.task, best.match, more, ({ task_id }) => [
      "update_task",
      { task_id, title: best.title },
    ]);
  }
  const { kind, task } = command;
  return settle(task, find(command, task, tasks), more, ({ task_id }) =>
    kind === "delete"
      ? ["delete_task", { task_id }]
      : ["complete_task", { task_id, completed: kind === "complete" }],
  );
}

/** Of tasks of one name, those that can still be completed are meant, or reopened. */
function find({ kind }: Change, reference: Reference, tasks: readonly ListedTask[]): Match {
  const match = matchTasks(reference, tasks);
  if (kind !== "complete" && kind !== "reopen") return match;
  const open = match.tasks.filter(({ completed }) => completed === (kind === "reopen"));
  const isChoice = reference.kind === "title" || reference.kind === "all";
  return isChoice && open.length > 0 ? { ...match, tasks: open } : match;
}

function settle(
  reference: Reference,
  { tasks, exact }: Match,
  more: number,
  toCall: (task: ListedTask) => readonly [string, object],
): Step {
  const isMaybe = reference.kind === "title" && !reference.certain;
  if (tasks.length === 0) {
    const none = tellNone(reference, more);
    return isMaybe ? { kind: "answer", otherwise: none } : say(none);
  }
  const meansOne = reference.kind === "title" || reference.kind === "last";
  if (meansOne && tasks.length > 1) return say(askWhich(tasks));
  // What only resembles a task, and was not called one, is asked about.
  if (isMaybe && !exact) return say(askWhich(tasks));
  if (reference.kind === "numbers" && tasks.length < reference.numbers.length) {
    const missing = reference.numbers.filter((each) =>
      tasks.every(({ number }) => number !== each),
    );
    return say(
      `There is no task ${missing.join(" and no task ")}. Say “list my tasks” to see them.`,
    );
  }
  return call(...tasks.slice(0, mostChanges).map(toCall));
}

function tellNone(reference: Reference, more: number): string {
  if (reference.kind === "numbers") {
    const which = reference.numbers.join(" or ");
    return `You have no task ${which}. Say “list my tasks” to see their numbers.`;
  }
  if (reference.kind !== "title") return "You have no such tasks.";
  const among = more > 0 ? " among the first hundred" : "";
  return `I found no task called “${plain(reference.title)}”${among}.`;
}

/** What the task tools have said since the user spoke last. */
export function repliesIn(messages: readonly ModelMessage[]): ToolReply[] {
  const calls = new Map<string, ToolCall>();
  const replies: ToolReply[] = [];
  const spoke = messages.findLastIndex(({ role }) => role === "user");
  for (const message of messages.slice(spoke + 1)) {
    if (message.role === "assistant") {
      for (const each of message.toolCalls ?? []) calls.set(each.id, each);
    }
    const called = message.role === "tool" ? calls.get(message.toolCallId) : undefined;
    if (!called?.name.endsWith("_task") && called?.name !== "list_tasks") continue;
    const input = JSON.parse(called.arguments);
    replies.push({ tool: called.name, input, reply: JSON.parse(message.content) });
  }
  return replies;
}
