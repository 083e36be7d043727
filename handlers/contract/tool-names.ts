/** The task tools' names: models call them, answers report them, and the page words them. */
export const taskTools = {
  add: "add_task",
  list: "list_tasks",
  update: "update_task",
  complete: "complete_task",
  delete: "delete_task",
} as const;
