import { button, part } from "../lib/elements.ts";
import type { Notify } from "../lib/notices.ts";
import { problemOf, type SendRequest } from "../lib/request.ts";
import type { ToolNews } from "../lib/wire.ts";
import type { Task } from "../../../contract/task.ts";
import { troubleParts } from "../lib/trouble.ts";
import { createTasksApi, type TaskEdits } from "./api.ts";
import { createTaskRow, type TaskRow } from "./row.ts";
import { createTaskState, type Setback, type Status } from "./state.ts";

export interface TaskPanel {
  /** Fetches the tasks, unless that was done a moment ago. */
  readonly refresh: () => void;
  /** Shows the assistant's change at once, and fetches the rest. */
  readonly follow: (call: ToolNews) => void;
  /** Clears the panel after signing out. */
  clear(): void;
}

/** Milliseconds for which a fetched list counts as fresh. */
const fresh = 3000;

/** Creates the panel with the reader's tasks. */
export function createTaskPanel(request: SendRequest, notify: Notify): TaskPanel {
  const state = createTaskState(createTasksApi(request), draw);
  const lists = {
    pending: part("tasks-open", HTMLElement),
    completed: part("tasks-done", HTMLElement),
  };
  const more = { pending: moreButton("pending"), completed: moreButton("completed") };
  const fold = part("tasks-fold", HTMLDetailsElement);
  const empty = part("tasks-empty", HTMLElement);
  const count = part("tasks-count", HTMLElement);
  const trouble = part("tasks-trouble", HTMLElement);
  const field = part("task-new", HTMLInputElement);
  const rows = new Map<string, TaskRow>();
  let fetchedAt = 0;
  let soon = 0;

  lists.pending.after(more.pending);
  lists.completed.after(more.completed);
  part("task-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    void add({ title: field.value.trim() });
  });

  function moreButton(status: Status): HTMLButtonElement {
    return button("quiet", "Show more", () => void showMore(status));
  }

  async function showMore(status: Status): Promise<void> {
    const next = lists[status].childElementCount;
    try {
      await state.loadMore(status);
    } catch (error) {
      return notify(problemOf(error).detail);
    }
    // The hidden button's focus goes to the first task that it has shown.
    if (more[status].hidden) lists[status].children[next]?.querySelector("input")?.focus();
  }

  function draw(): void {
    const tasks = state.tasks();
    const ids = new Set(tasks.map(({ id }) => id));
    for (const [id, row] of rows) {
      if (ids.has(id)) continue;
      keepFocus(row);
      row.element.remove();
      rows.delete(id);
    }
    arrange(
      lists.pending,
      tasks.filter(({ completed }) => !completed),
    );
    const done = tasks.filter(({ completed }) => completed);
    arrange(lists.completed, done);
    const open = tasks.length - done.length;
    fold.hidden = done.length === 0;
    more.pending.hidden = !state.hasMore("pending");
    more.completed.hidden = !state.hasMore("completed");
    empty.hidden = open > 0 || !state.isLoaded();
    part("tasks-empty-text", HTMLElement).textContent =
      done.length > 0 ? "All done." : "Nothing to do yet.";
    count.textContent = open > 0 ? `${open}${state.hasMore("pending") ? "+" : ""}` : "";
    part("tasks-toggle-count", HTMLElement).textContent = count.textContent;
  }

  /** Puts rows in order and moves only misplaced ones, because a moved element loses its focus. */
  function arrange(list: HTMLElement, tasks: readonly Task[]): void {
    for (const [index, task] of tasks.entries()) {
      const row =
        rows.get(task.id) ?? createTaskRow(task, { change, remove: (each) => void remove(each) });
      rows.set(task.id, row);
      row.update(task);
      const standing = list.children[index];
      if (standing === row.element) continue;
      keepFocus(row);
      list.insertBefore(row.element, standing ?? null);
    }
  }

  /** Moves the focus from a removed row to its neighbour. */
  function keepFocus({ element: row }: TaskRow): void {
    if (!row.contains(document.activeElement)) return;
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    const box = neighbour?.querySelector("input");
    (box ?? field).focus();
  }

  async function add(task: TaskEdits & { title: string }): Promise<void> {
    if (task.title === "") return;
    field.value = "";
    const setback = await state.add(task);
    if (!setback) return;
    if (field.value === "") field.value = task.title;
    tell(setback, task.title);
  }

  async function change(
    id: string,
    changes: TaskEdits,
    seen?: string,
  ): Promise<Setback | undefined> {
    const title = state.tasks().find((task) => task.id === id)?.title ?? "";
    const setback = await state.change(id, changes, seen);
    // The row itself shows that it was changed elsewhere.
    if (setback && setback.kind !== "changed-elsewhere") tell(setback, title);
    return setback;
  }

  async function remove(task: Task): Promise<void> {
    const { title, description, completed } = task;
    const undo = {
      label: "Undo",
      run: () => void add({ title, description, completed }),
    };
    const setback = await state.remove(task.id);
    if (setback) tell(setback, title);
    else notify(`Deleted “${title}”`, undo);
  }

  function tell({ kind, problem }: Setback, title: string): void {
    if (problem.code === "session_ended") return;
    if (kind === "gone") notify(`“${title}” was deleted elsewhere.`);
    else if (kind === "changed-elsewhere")
      notify(`Someone changed “${title}” in another window. Here is the latest version.`);
    else notify(problem.detail);
  }

  async function load(): Promise<void> {
    fetchedAt = Date.now();
    try {
      await state.refresh();
      trouble.replaceChildren();
    } catch (error) {
      fetchedAt = 0;
      if (problemOf(error).code === "session_ended") return;
      trouble.replaceChildren(...troubleParts(error, () => void load()));
    }
  }

  return {
    refresh() {
      if (Date.now() - fetchedAt > fresh) void load();
    },
    follow(call) {
      const news = newsOf(call);
      if (!news) return;
      state.overhear(news);
      if (!("gone" in news)) rows.get(news.id)?.light();
      clearTimeout(soon);
      soon = setTimeout(() => void load(), 300);
    },
    clear() {
      clearTimeout(soon);
      fetchedAt = 0;
      field.value = "";
      trouble.replaceChildren();
      state.clear();
    },
  };
}

/** Reads from a task tool's result which task was changed, and how. */
function newsOf({ result }: ToolNews): Parameters<TaskStateOverhear>[0] | undefined {
  if (typeof result !== "object" || result === null) return undefined;
  const { task_id: id, status, title } = result as Record<string, unknown>;
  if (typeof id !== "string" || typeof status !== "string") return undefined;
  if (status === "deleted") return { id, gone: true };
  return {
    id,
    ...(typeof title === "string" && { title }),
    ...(status === "completed" && { completed: true }),
    ...(status === "reopened" && { completed: false }),
  };
}

type TaskStateOverhear = ReturnType<typeof createTaskState>["overhear"];
