import * as v from "valibot";
import { pageOf } from "./page.ts";
import type { Sent } from "./sent.ts";

export const task = v.object({
  id: v.string(),
  title: v.string(),
  description: v.string(),
  completed: v.boolean(),
  created_at: v.string(),
  updated_at: v.pipe(v.string(), v.description("Also the task's version: its ETag")),
});

export const taskList = pageOf("tasks", task);

export type Task = Sent<typeof task>;
export type TaskPage = Sent<typeof taskList>;
