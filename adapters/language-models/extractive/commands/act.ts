import { taskTools } from "../../../../handlers/contract/tool-names.ts";
import type { ToolCall } from "../../../../handlers/ports/language-model.ts";
import type { TaskCommand, Reference } from "./command.ts";
import { matchTasks, type ListedTask, type Match } from "./match.ts";
import { plain } from "./plain.ts";
import { askWhich, tellResults, tellTasks, type ToolReply } from "./words.ts";

export type Step =
  | { readonly kind: "say"; readonly text: string }
  | {
      readonly kind: "call";
      readonly calls: readonly Omit<ToolCall, "id">[];
      /** `words`: the user named each task. */
      readonly basis: "proposal" | "words";
    }
  /** Perhaps not about tasks: answered from the documents, or with `otherwise` if they say nothing. */
  | { readonly kind: "answer"; readonly otherwise?: string };

/** Changes proposed in one turn; each must be confirmed. */
const mostChanges = 20;
const listLimit = 100;

const say = (text: string): Step => ({ kind: "say", text });
const answerOr = (otherwise: string): Step => ({ kind: "answer", otherwise });
const call = (...calls: readonly (readonly [name: string, input: object])[]) => ({
  kind: "call" as const,
  basis: "words" as const,
  calls: calls.map(([name, input]) => ({ name, arguments: JSON.stringify(input) })),
});

/** The next step for a command, given the tools' replies in this turn. */
export function act(command: TaskCommand, replies: readonly ToolReply[]): Step {
  const last = replies.at(-1);
  if (command.kind === "add") return last ? say(tellResults(replies)) : add(command);
  if (!last) {
    const status = command.kind === "list" ? command.status : "all";
    return call([taskTools.list, { status, limit: listLimit }]);
  }
  const changed = replies.filter(({ tool }) => tool !== taskTools.list);
  if (changed.length > 0) return say(tellResults(changed) + tellOthers(command, replies));
  if (!Array.isArray(last.reply["tasks"])) return say(tellResults([last]));
  const tasks = last.reply["tasks"] as readonly ListedTask[];
  const more = Number(last.reply["more"] ?? 0);
  if (command.kind === "list") {
    const kinds = { all: "", pending: "open ", completed: "completed " };
    return say(tellTasks(tasks, more, kinds[command.status]));
  }
  return change(command, tasks, more);
}

function add({ titles, certain }: Extract<TaskCommand, { kind: "add" }>): Step {
  const [first] = titles;
  if (first === undefined) return say("What is to be done? Say it like “add a task to buy milk”.");
  if (certain) return call(...titles.map((title) => [taskTools.add, { title }] as const));
  return answerOr(`Is that a task? Then say “add task: ${plain(first)}”.`);
}

/** Whether something in the documents may be meant. */
function isMaybe(reference: Reference): reference is Extract<Reference, { kind: "title" }> {
  return reference.kind === "title" && reference.certain !== true;
}

type Change = Exclude<TaskCommand, { kind: "add" | "list" }>;

function change(command: Change, tasks: readonly ListedTask[], more: number): Step {
  if (command.kind === "rename-to-what") {
    const [task, ...others] = matchTasks(command.task, tasks).tasks;
    if (!task && isMaybe(command.task)) return answerOr(tellNone(command.task, more));
    const which = task && others.length === 0 ? task.number : 2;
    return say(`What is its new title? Say it like “rename task ${which} to buy oat milk”.`);
  }
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
      taskTools.update,
      { task_id, title: best.title },
    ]);
  }
  const { kind, task } = command;
  if (task.kind === "all" && kind === "complete" && tasks.length > 0) {
    const isAnyLeft = find(command, task, tasks).tasks.length > 0;
    if (!isAnyLeft && more === 0) return say("All of them are done already.");
  }
  return settle(task, find(command, task, tasks), more, ({ task_id }) =>
    kind === "delete"
      ? [taskTools.delete, { task_id }]
      : [taskTools.complete, { task_id, completed: kind === "complete" }],
  );
}

/** The matching tasks. Of several with one title, those that can still be completed (or reopened) are meant. */
function find({ kind }: Change, reference: Reference, tasks: readonly ListedTask[]): Match {
  const match = matchTasks(reference, tasks);
  if (kind !== "complete" && kind !== "reopen") return match;
  const open = match.tasks.filter(({ completed }) => completed === (kind === "reopen"));
  if (reference.kind === "all") return { ...match, tasks: open };
  return reference.kind === "title" && open.length > 0 ? { ...match, tasks: open } : match;
}

function settle(
  reference: Reference,
  { tasks, exact }: Match,
  more: number,
  toCall: (task: ListedTask) => readonly [string, object],
): Step {
  if (tasks.length === 0) {
    const none = tellNone(reference, more);
    return isMaybe(reference) || reference.kind === "some" ? answerOr(none) : say(none);
  }
  if (reference.kind === "some") return say(askWhich(tasks.slice(0, mostChanges)));
  const meansOne = reference.kind === "title" || reference.kind === "last";
  if (meansOne && tasks.length > 1) return say(askWhich(tasks));
  // A title that only resembles a task's, in a command that may not be about tasks: ask.
  if (isMaybe(reference) && reference.certain !== "likely" && !exact) return say(askWhich(tasks));
  if (reference.kind === "numbers" && tasks.length < reference.numbers.length) {
    const missing = reference.numbers.filter((each) =>
      tasks.every(({ number }) => number !== each),
    );
    return say(
      `There is no task ${missing.join(" and no task ")}. Say “list my tasks” to see them.`,
    );
  }
  const step = call(...tasks.slice(0, mostChanges).map(toCall));
  return reference.kind === "all" ? { ...step, basis: "proposal" } : step;
}

/** Says that more tasks are meant than one turn changes. */
function tellOthers(command: TaskCommand, [first]: readonly ToolReply[]): string {
  const listed = first?.reply["tasks"];
  if (!("task" in command) || command.task.kind !== "all" || !Array.isArray(listed)) return "";
  const count = find(command, command.task, listed as readonly ListedTask[]).tasks.length;
  if (count <= mostChanges) return "";
  return `\n\nThese are ${mostChanges} of ${count}. Ask again for the others.`;
}

function tellNone(reference: Reference, more: number): string {
  if (reference.kind === "numbers") {
    const which = reference.numbers.join(" or ");
    return `You have no task ${which}. Say “list my tasks” to see their numbers.`;
  }
  if (reference.kind === "shown")
    return "Your list has changed meanwhile. Say “list my tasks” to see it.";
  if (reference.kind === "some") return "You have no tasks.";
  if (reference.kind !== "title") return "You have no such tasks.";
  const among = more > 0 ? " among the first hundred" : "";
  return `I found no task called “${plain(reference.title)}”${among}.`;
}
