/** The names of the task tools, which models call, answers report and the page puts into words. */
export const taskTools = {
  add: "add_task",
  list: "list_tasks",
  update: "update_task",
  complete: "complete_task",
  delete: "delete_task",
} as const;

/** Answers a guest who asks for a task without a language model; the page offers the sign-in below it. */
export const signInForTasks =
  "Sign in to keep tasks: then I can add, list, complete, rename and delete them for you.";

/** The document tools' names. */
export const documentTools = { search: "search_documents" } as const;

const explanations: Readonly<Record<string, string>> = {
  cancelled: "You stopped it before it was done.",
  declined: "You declined it, so nothing was changed.",
  internal_error: "Something went wrong on the server. Try again.",
  invalid_arguments:
    "The assistant did not say properly what to do. Ask again in other words, with the task's title.",
  task_limit: "You have as many tasks as there can be. Delete some first.",
  task_not_found: "That task is not there any more. Ask for your list of tasks.",
  too_many_calls: "Only 20 changes are made at a time. Ask again for the others.",
  unknown_tool: "The assistant cannot do this. Sign in if it is about your tasks.",
};

/**
 * Why a tool call failed and what to do, as a sentence for the user. The call's own `message` is for the model.
 *
 * @param code the call's `error`; codes of services that failed have one explanation
 */
export function explainToolFailure(code: string): string {
  return explanations[code] ?? "A service that it needs is not answering. Try again in a moment.";
}
