import { expect } from "vitest";
import { signIn } from "./signed-in.ts";
import type { TestApp } from "../apps/test-app.ts";

export interface TaskAnswer {
  readonly id: string;
  readonly title: string;
  readonly completed: boolean;
  readonly updated_at: string;
}

interface TaskListAnswer {
  readonly tasks: readonly TaskAnswer[];
  readonly next_cursor: string | null;
  readonly code?: string;
}

export type TaskClient = Awaited<ReturnType<typeof createTaskClient>>;

/** A new user of the task routes. */
export async function createTaskClient(docent: TestApp) {
  const { userId, headers: bearer } = await signIn(docent);

  const send = (method: string, path: string, body?: unknown, headers: object = {}) =>
    docent.fetch(path, {
      method,
      headers: { ...bearer, "content-type": "application/json", ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const list = async (query = "") => {
    const response = await send("GET", `/api/tasks${query}`);
    const body = (await response.json()) as TaskListAnswer;
    return { status: response.status, ...body };
  };

  return {
    userId,
    bearer,
    send,
    list,
    async add(title: string, fields: object = {}): Promise<TaskAnswer> {
      const response = await send("POST", "/api/tasks", { title, ...fields });
      expect(response.status).toBe(201);
      return response.json();
    },
    titles: async (query = "") => (await list(query)).tasks.map(({ title }) => title),
  };
}

/** The status and code of a problem, which its body repeats. */
export async function problemOf(response: Response) {
  const { status, code } = await response.json();
  expect(status).toBe(response.status);
  return { status, code };
}
