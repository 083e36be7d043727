import { decodeTextCursor, decodeTimeCursor, toPage } from "../lib/paging.ts";
import type { Admission, Checked } from "../http/access/admission.ts";
import type { Task } from "../contract/task.ts";
import type { TaskOrder } from "./store-rows.ts";
import type { TaskFilter, TaskStore } from "./store.ts";

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

/** A page of the caller's tasks. @throws PortFailure */
export async function listTasks(
  store: TaskStore,
  admission: Admission,
  { sort, cursor, limit, ...filter }: TaskListRequest,
): Promise<Checked<TaskList> | "invalid-cursor"> {
  const order = readOrder(sort, cursor);
  if (!order) return "invalid-cursor";
  const direction = sort.startsWith("-") ? "descending" : "ascending";
  const found = await store.list(admission, { ...filter, limit: limit + 1 }, order, direction);
  if (found.kind !== "admitted") return found;
  const { rows, next_cursor } = toPage(found.value.tasks, limit, sort, ({ place }) => place);
  return { ...found, value: { tasks: rows.map(({ task }) => task), next_cursor } };
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
