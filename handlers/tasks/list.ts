import { decodeTextCursor, decodeTimeCursor, toPage } from "../lib/paging.ts";
import type { Statement } from "../ports/database.ts";
import type { Task, TaskFilter, TaskOrder, TaskStore } from "./store.ts";

export const taskSorts = [
  "created_at",
  "-created_at",
  "updated_at",
  "-updated_at",
  "title",
  "-title",
] as const;

/** A leading `-` is descending. */
export type TaskSort = (typeof taskSorts)[number];

export interface TaskListRequest extends TaskFilter {
  readonly sort: TaskSort;
  readonly cursor: string | undefined;
}

export interface TaskList {
  readonly tasks: readonly Task[];
  readonly next_cursor: string | null;
}

/**
 * A page of the tasks of whoever `session` stands for, a `session (user_id)` for a WITH clause; or why
 * there is none. Throws PortFailure.
 */
export async function listTasks(
  store: TaskStore,
  session: Statement,
  { sort, cursor, limit, ...filter }: TaskListRequest,
): Promise<TaskList | "invalid-cursor" | "signed-out"> {
  const order = readOrder(sort, cursor);
  if (!order) return "invalid-cursor";
  const direction = sort.startsWith("-") ? "descending" : "ascending";
  const found = await store.list(session, { ...filter, limit: limit + 1 }, order, direction);
  if (found === "signed-out") return found;
  const { rows, next_cursor } = toPage(found, limit, sort, ({ place }) => place);
  return { tasks: rows.map(({ task }) => task), next_cursor };
}

function readOrder(sort: TaskSort, cursor: string | undefined): TaskOrder | undefined {
  switch (sort) {
    case "title":
    case "-title": {
      const after = cursor === undefined ? undefined : decodeTextCursor(cursor, sort);
      return cursor === undefined || after ? { by: "title", after } : undefined;
    }
    case "created_at":
    case "-created_at":
    case "updated_at":
    case "-updated_at": {
      const by = sort.endsWith("created_at") ? "created_at" : "updated_at";
      const after = cursor === undefined ? undefined : decodeTimeCursor(cursor, sort);
      return cursor === undefined || after ? { by, after } : undefined;
    }
  }
}
