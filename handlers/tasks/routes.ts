import type { Context, Identity } from "../http/context.ts";
import { hasVersion, preconditionFailed, readIfMatch } from "../http/preconditions.ts";
import { invalidCursor, invalidToken, notFound, Problem } from "../http/problem.ts";
import { json, noContent, type Reply } from "../http/reply.ts";
import { defineRoute, type Route } from "../http/route.ts";
import type { Statement } from "../ports/database.ts";
import { listTasks } from "./list.ts";
import {
  completeBody,
  task,
  taskBody,
  taskList,
  taskParams,
  taskPatch,
  taskQuery,
} from "./schema.ts";
import type { Task, TaskChanges, TaskOutcome, TaskStore } from "./store.ts";

const oneTask = {
  path: "/api/tasks/:id",
  access: "user",
  scope: "tasks",
  params: taskParams,
} as const;

type User = Extract<Identity, { userId: string }>;

export interface TaskRouteOptions {
  readonly store: TaskStore;
  /** A `session (user_id)` for a WITH clause: one row while what the user showed is good. */
  readonly sessionOf: (user: User) => Statement;
}

/** A user's own tasks. One task's answers carry its `updated_at` as ETag, for If-Match. */
export function taskRoutes({ store, sessionOf }: TaskRouteOptions): Route[] {
  const change = async (id: string, changes: TaskChanges, context: Context) =>
    taskReply(
      settle(await store.change(userOf(context).userId, id, changes, readIfMatch(context.request))),
    );

  return [
    defineRoute({
      method: "GET",
      path: "/api/tasks",
      summary: "Your tasks, a page at a time: filtered, searched and sorted",
      access: "user",
      scope: "tasks",
      sessionCheck: "signed",
      query: taskQuery,
      output: { 200: taskList },
      async handle({ query }, context) {
        const { cursor, ...request } = query;
        const session = sessionOf(userOf(context));
        const page = await listTasks(store, session, { ...request, cursor });
        if (page === "invalid-cursor") throw invalidCursor();
        if (page === "signed-out") throw invalidToken();
        return json(page);
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
      async handle({ body }, context) {
        const added = await store.add(userOf(context).userId, body);
        if (!added) {
          throw new Problem(409, "task_limit", "This account has as many tasks as it may have.");
        }
        return taskReply(added, 201, { location: `/api/tasks/${added.id}` });
      },
    }),
    defineRoute({
      ...oneTask,
      method: "GET",
      summary: "One task; 304 with If-None-Match while it has not changed",
      output: { 200: task, 304: undefined },
      async handle({ params }, context) {
        const found = await store.read(userOf(context).userId, params.id);
        if (!found) throw notFound("task");
        if (!hasVersion(context.request, versionOf(found))) return taskReply(found);
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
      async handle({ params }, context) {
        const versions = readIfMatch(context.request);
        settle(await store.remove(userOf(context).userId, params.id, versions));
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

/** Guests have no tasks: the guard has let in users only. */
function userOf({ identity }: Context): User {
  if (identity.kind === "user") return identity;
  throw notFound("task");
}

/** @throws Problem 404, 412 */
function settle(outcome: TaskOutcome): Task {
  switch (outcome.kind) {
    case "done":
      return outcome.task;
    case "not-found":
      throw notFound("task");
    case "other-version":
      throw preconditionFailed();
  }
}

function taskReply(found: Task, status = 200, headers: Reply["headers"] = {}): Reply {
  return json(found, status, { ...headers, etag: etagOf(found) });
}

function etagOf(found: Task): string {
  return `"${versionOf(found)}"`;
}

function versionOf({ updated_at }: Task): string {
  return updated_at.toISOString();
}
