import * as v from "valibot";
import { taskTools } from "../contract/tool-names.ts";
import { defineTool, ToolFailure, type Tool } from "../lib/tool.ts";
import { stripText } from "../lib/text.ts";
import { titleText } from "../lib/text-schema.ts";
import { taskDescription, taskStatus } from "./schema.ts";
import type { TaskOutcome, TaskStore } from "./store.ts";
import type { TaskRecord } from "./store-rows.ts";

const taskId = v.pipe(
  v.string("must be a task's id"),
  v.maxLength(200, "is no task's id"),
  v.description("The task_id of the task, exactly as add_task or list_tasks gave it."),
);
const title = v.pipe(
  v.string("must be a text"),
  v.description("What is to be done, in one line of 1 to 200 characters."),
  titleText,
);
const description = v.pipe(taskDescription, v.description("Details, at most 1000 characters."));

const usualLimit = 50;

/** The result of a call on one task, for the model. */
interface TaskResult {
  readonly task_id: string;
  readonly status: "created" | "updated" | "completed" | "reopened" | "deleted";
  readonly title: string;
}

/** The tools with which the assistant reads and changes the user's own tasks. */
export function createTaskTools(store: TaskStore): Tool[] {
  /** @throws ToolFailure */
  async function find(userId: string, id: string): Promise<TaskRecord> {
    const task = await store.read(userId, id);
    if (!task) throw taskNotFound();
    return task;
  }

  return [
    defineTool({
      name: taskTools.add,
      description: "Add one task to the user's list. Call it once for each task.",
      input: v.object({ title, description: v.optional(description) }),
      effect: () => ({ kind: "adds" }),
      async run(input, { userId }) {
        const task = await store.add(userId, {
          title: input.title,
          description: input.description ?? "",
          completed: false,
        });
        if (!task) {
          throw new ToolFailure("task_limit", "The user has 10,000 tasks, the most allowed.");
        }
        return result(task, "created");
      },
    }),
    defineTool({
      name: taskTools.list,
      description:
        "List the user's tasks, pending ones first and then the newest first. `number` is what the user means by “task 2”; it is a task's place in the whole list, whatever is filtered. `more` is how many were found but not listed.",
      input: v.object({
        status: v.pipe(
          v.optional(taskStatus, "all"),
          v.description("Only pending or only completed ones; all where left out."),
        ),
        q: v.pipe(
          v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200)), ""),
          v.description("Only those with this text in title or description."),
        ),
        limit: v.pipe(
          v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), usualLimit),
          v.description(`How many at most, 1 to 100; ${usualLimit} where left out.`),
        ),
      }),
      effect: () => ({ kind: "reads" }),
      async run(filter, { userId }) {
        const q = stripText(filter.q);
        const { tasks, total } = await store.listNumbered(userId, { ...filter, q });
        return {
          tasks: tasks.map((task) => ({
            task_id: task.id,
            number: task.number,
            title: task.title,
            description: task.description,
            completed: task.completed,
          })),
          more: total - tasks.length,
        };
      },
    }),
    defineTool({
      name: taskTools.update,
      description:
        "Change a task's title, its description or both; what is left out stays. An empty description removes it. To complete a task use complete_task.",
      input: v.pipe(
        v.object({
          task_id: taskId,
          title: v.optional(title),
          description: v.optional(description),
        }),
        v.check(
          (input) => input.title !== undefined || input.description !== undefined,
          "must have a title or a description",
        ),
      ),
      effect: (input) => ({ kind: "overwrites", target: input.task_id }),
      async describe(input, { userId }) {
        const task = await find(userId, input.task_id);
        const what = [
          ...(input.title === undefined ? [] : [`rename it to “${input.title}”`]),
          ...(input.description === undefined ? [] : [describeDescription(input.description)]),
        ];
        return `Change the task “${task.title}”: ${what.join(" and ")}`;
      },
      async run({ task_id, ...changes }, { userId }) {
        return result(settle(await store.change(userId, task_id, changes)), "updated");
      },
    }),
    defineTool({
      name: taskTools.complete,
      description: "Mark a task as completed, or with completed false as not completed after all.",
      input: v.object({
        task_id: taskId,
        completed: v.pipe(
          v.optional(v.boolean(), true),
          v.description("False reopens the task; true where left out."),
        ),
      }),
      effect: (input) => ({ kind: "changes", target: input.task_id }),
      async describe({ task_id, completed }, { userId }) {
        const { title: name } = await find(userId, task_id);
        return completed ? `Complete the task “${name}”` : `Reopen the task “${name}”`;
      },
      async run({ task_id, completed }, { userId }) {
        const task = settle(await store.change(userId, task_id, { completed }));
        return result(task, completed ? "completed" : "reopened");
      },
    }),
    defineTool({
      name: taskTools.delete,
      description: "Delete a task for good. Only when the user wants it gone, not when it is done.",
      input: v.object({ task_id: taskId }),
      effect: (input) => ({ kind: "deletes", target: input.task_id }),
      describe: async ({ task_id }, { userId }) =>
        `Delete the task “${(await find(userId, task_id)).title}”`,
      async run({ task_id }, { userId }) {
        return result(settle(await store.remove(userId, task_id)), "deleted");
      },
    }),
  ];
}

function result(task: TaskRecord, status: TaskResult["status"]): TaskResult {
  return { task_id: task.id, status, title: task.title };
}

/** @throws ToolFailure */
function settle(outcome: TaskOutcome): TaskRecord {
  if (outcome.kind === "done") return outcome.task;
  throw taskNotFound();
}

function taskNotFound(): ToolFailure {
  return new ToolFailure(
    "task_not_found",
    "The user has no task with this task_id. Call list_tasks to find the right one.",
  );
}

function describeDescription(text: string): string {
  return text === "" ? "remove its description" : `describe it as “${text}”`;
}
