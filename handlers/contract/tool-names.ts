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
