import type { Task, TaskPage } from "../../../contract/task.ts";
import { jsonRequest, type SendRequest } from "../lib/request.ts";

export type TaskEdits = Partial<Pick<Task, "title" | "description" | "completed">>;

export interface TasksApi {
  list(status: "pending" | "completed", cursor?: string): Promise<TaskPage>;
  read(id: string): Promise<Task>;
  add(task: TaskEdits): Promise<Task>;
  /** With `version`, fails with 412 when the task has been changed since. */
  change(id: string, changes: TaskEdits, version: string | undefined): Promise<Task>;
  remove(id: string, version: string | undefined): Promise<void>;
}

/** Calls the task routes; every call throws RequestFailure. */
export function createTasksApi(request: SendRequest): TasksApi {
  return {
    async list(status, cursor) {
      const sort = status === "pending" ? "-created_at" : "-updated_at";
      const query = new URLSearchParams({ status, sort, ...(cursor && { cursor }) });
      const response = await request(`/api/tasks?${query}`);
      return (await response.json()) as TaskPage;
    },
    async read(id) {
      return (await (await request(at(id))).json()) as Task;
    },
    async add(task) {
      const response = await request("/api/tasks", () => jsonRequest("POST", task));
      return (await response.json()) as Task;
    },
    async change(id, changes, version) {
      const response = await request(at(id), () => guarded(jsonRequest("PATCH", changes), version));
      return (await response.json()) as Task;
    },
    async remove(id, version) {
      await request(at(id), () => guarded({ method: "DELETE" }, version));
    },
  };
}

function guarded(init: RequestInit, version: string | undefined): RequestInit {
  const headers = new Headers(init.headers);
  if (version !== undefined) headers.set("if-match", `"${version}"`);
  return { ...init, headers };
}

function at(id: string): string {
  return `/api/tasks/${encodeURIComponent(id)}`;
}
