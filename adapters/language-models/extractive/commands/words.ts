import { explainToolFailure } from "../../../../handlers/contract/tool-names.ts";
import type { ListedTask } from "./match.ts";
import { plain } from "./plain.ts";

/** A tool's reply to one call; a missing field is undefined. */
export interface ToolReply {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly reply: Readonly<Record<string, unknown>>;
}

const deeds: Readonly<Record<string, (title: string) => string>> = {
  created: (title) => `I added “${title}” to your tasks.`,
  completed: (title) => `I marked “${title}” as done.`,
  reopened: (title) => `I marked “${title}” as not done.`,
  deleted: (title) => `I deleted “${title}”.`,
};

/** Begins the list of changes that wait for the user's confirmation. */
export const pleaseConfirm = "Nothing is done yet. Please confirm:";

/** The results of the calls, in words for the user. */
export function tellResults(replies: readonly ToolReply[]): string {
  const pending = replies.filter(({ reply }) => reply["status"] === "needs_confirmation");
  const told = replies.filter((each) => !pending.includes(each)).map(tellResult);
  if (pending.length > 0) {
    const wishes = pending.map(({ reply }) => `- ${plain(reply["summary"])}`);
    told.push(`${pleaseConfirm}\n\n${wishes.join("\n")}`);
  }
  return [...new Set(told)].join("\n\n");
}

function tellResult({ input, reply }: ToolReply): string {
  const status = String(reply["status"]);
  if (reply["error"] === "task_not_found") return "That task is not there any more.";
  // Of the arguments, only the title is the user's.
  if (reply["error"] === "invalid_arguments") {
    return "That did not work. A title has 1 to 200 visible characters; details fit into the description, in the task panel.";
  }
  if (typeof reply["error"] === "string") {
    return `That did not work. ${explainToolFailure(reply["error"])}`;
  }
  if (status === "declined") return "All right, nothing was changed.";
  const title = plain(reply["title"]);
  if (status === "updated") {
    return input["title"] === undefined ? `I changed “${title}”.` : `It is now called “${title}”.`;
  }
  return deeds[status]?.(title) ?? "Done.";
}

/** The tasks as a numbered list; `more` is the number of tasks not listed. */
export function tellTasks(tasks: readonly ListedTask[], more: number, kind: string): string {
  if (tasks.length === 0) return `You have no ${kind}tasks.`;
  const count = tasks.length + more;
  const rest = more > 0 ? `\n\n… and ${more} more.` : "";
  return `You have ${count} ${kind}${count === 1 ? "task" : "tasks"}:\n\n${lines(tasks)}${rest}`;
}

/** Begins a question after which a number is read as the answer. */
export const whichOne = "Which one do you mean?";

/** Asks which of these tasks is meant. */
export function askWhich(tasks: readonly ListedTask[]): string {
  return `${whichOne} Say its number.\n\n${lines(tasks)}`;
}

function lines(tasks: readonly ListedTask[]): string {
  return tasks
    .map(
      ({ number, title, completed }) => `${number}. ${plain(title)}${completed ? " (done)" : ""}`,
    )
    .join("\n");
}
