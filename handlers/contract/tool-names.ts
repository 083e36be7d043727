/** The names of the task tools, which models call, answers report and the page puts into words. */
export const taskTools = {
  add: "add_task",
  list: "list_tasks",
  update: "update_task",
  complete: "complete_task",
  delete: "delete_task",
} as const;

/** The document tools' names. */
export const documentTools = { search: "search_documents" } as const;
