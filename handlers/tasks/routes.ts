import { task, taskList } from "../contract/task.ts";
import { replyIfAdmitted } from "../http/access/admission.ts";
import type { Caller } from "../http/access/identity.ts";
import { hasVersion, preconditionFailed, readIfMatch } from "../http/preconditions.ts";
import { invalidCursor, notFound, Problem } from "../http/problem.ts";
import { json, noContent, type Reply } from "../http/reply.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { listTasks } from "./list.ts";
import { completeBody, taskBody, taskParams, taskPatch, taskQuery } from "./schema.ts";
import type { TaskChanges, TaskOutcome, TaskStore } from "./store.ts";
import type { TaskRecord } from "./store-rows.ts";

const oneTask = {
  path: "/api/tasks/:id",
  access: "user",
  scope: "tasks",
  params: taskParams,
} as const;

/** Routes of the user's own tasks. One task's answers carry its `updated_at` as ETag, for If-Match (RFC 9110 §13). */
export function taskRoutes(store: TaskStore): Route[] {
  const change = async (
    id: string,
    changes: TaskChanges,
    { caller, request }: { readonly caller: Caller; readonly request: Request },
  ) => taskReply(settle(await store.change(caller.id, id, changes, readIfMatch(request))));

  return [
    defineRoute({
      method: "GET",
      path: "/api/tasks",
      summary: "Your tasks, a page at a time: filtered, searched and sorted",
      access: "user",
      scope: "tasks",
      sessionCheck: "by-statement",
      query: taskQuery,
      output: { 200: taskList },
      async handle({ query: { cursor, ...request } }, { admission }) {
        const page = await listTasks(store, admission, { ...request, cursor });
        if (page === "invalid-cursor") throw invalidCursor();
        return replyIfAdmitted(page, json);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/tasks",
      summary: "Add a task",
      access: "user",
      scope: "tasks",
      body: taskBody,
      output: { 201: task },
      async handle({ body }, { caller }) {
        const added = await store.add(caller.id, body);
        if (!added) {
          throw new Problem(
            409,
            "task_limit",
            "This account has 10,000 tasks, the most it may have. Delete some.",
          );
        }
        return taskReply(added, 201, { location: `/api/tasks/${added.id}` });
      },
    }),
    defineRoute({
      ...oneTask,
      method: "GET",
      summary: "One task; 304 with If-None-Match while it has not changed",
      output: { 200: task, 304: undefined },
      async handle({ params }, { caller, request }) {
        const found = await store.read(caller.id, params.id);
        if (!found) throw notFound("task");
        if (!hasVersion(request, versionOf(found))) return taskReply(found);
        return { status: 304, headers: { etag: etagOf(found) }, body: null };
      },
    }),
    defineRoute({
      ...oneTask,
      method: "PUT",
      summary: "Replace a task; 412 with If-Match when it has changed",
      body: taskBody,
      output: { 200: task },
      handle: ({ params, body }, context) => change(params.id, body, context),
    }),
    defineRoute({
      ...oneTask,
      method: "PATCH",
      summary: "Change some of a task's fields; 412 with If-Match when it has changed",
      body: taskPatch,
      output: { 200: task },
      handle: ({ params, body }, context) => change(params.id, body, context),
    }),
    defineRoute({
      ...oneTask,
      method: "DELETE",
      summary: "Delete a task; 412 with If-Match when it has changed",
      output: { 204: undefined },
      async handle({ params }, { caller, request }) {
        settle(await store.remove(caller.id, params.id, readIfMatch(request)));
        return noContent();
      },
    }),
    defineRoute({
      ...oneTask,
      method: "PATCH",
      path: "/api/tasks/:id/complete",
      summary: "Complete a task, or reopen it with {completed: false}",
      body: completeBody,
      emptyBody: "accepted",
      output: { 200: task },
      handle: ({ params, body }, context) => change(params.id, body, context),
    }),
  ];
}

/** @throws Problem 404, 412 */
function settle(outcome: TaskOutcome): TaskRecord {
  switch (outcome.kind) {
    case "done":
      return outcome.task;
    case "not-found":
      throw notFound("task");
    case "other-version":
      throw preconditionFailed();
  }
}

function taskReply(found: TaskRecord, status = 200, headers: Reply["headers"] = {}): Reply {
  return json(found, status, { ...headers, etag: etagOf(found) });
}

function etagOf(found: TaskRecord): string {
  return `"${versionOf(found)}"`;
}

function versionOf({ updated_at }: TaskRecord): string {
  return updated_at.toISOString();
}
