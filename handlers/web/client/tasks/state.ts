import { problemOf } from "../lib/request.ts";
import type { Trouble } from "../lib/wire.ts";
import type { Task } from "../../../contract/task.ts";
import type { TaskEdits, TasksApi } from "./api.ts";

/** Why a change was not saved. */
export interface Setback {
  readonly kind: "changed-elsewhere" | "gone" | "failed";
  readonly problem: Trouble;
}

export interface TaskState {
  /** Newest first; a task that is being added has no version yet. */
  tasks(): readonly Task[];
  isLoaded(): boolean;
  /** Whether the server has more tasks of this status. */
  hasMore(status: Status): boolean;
  /** Fetches the tasks again. This and `loadMore` throw RequestFailure. */
  refresh(): Promise<void>;
  loadMore(status: Status): Promise<void>;
  /**
   * The next four methods show the change at once; they resolve to undefined when it is saved, else to the
   * reason.
   */
  add(task: TaskEdits): Promise<Setback | undefined>;
  /** `seen`: the version that the reader saw, if a newer one may have been fetched since. */
  change(id: string, changes: TaskEdits, seen?: string): Promise<Setback | undefined>;
  remove(id: string): Promise<Setback | undefined>;
  /** Applies the change in a tool's result; `refresh` fetches the rest. */
  overhear(
    task: { id: string; title?: string; completed?: boolean } | { id: string; gone: true },
  ): void;
  clear(): void;
}

export type Status = "pending" | "completed";

/** A task that the server has not confirmed yet. */
export function isBeingAdded({ id }: Task): boolean {
  return id.startsWith("new-");
}

/** The fields of a task that the server has not confirmed. */
const blank = { title: "", description: "", completed: false, created_at: "", updated_at: "" };

/** Creates the list of tasks with changes that show before they are saved. */
export function createTaskState(api: TasksApi, onChange: () => void): TaskState {
  let tasks: readonly Task[] = [];
  let loaded = false;
  const next = new Map<Status, string | null>();
  /** The latest version of each task that the server has sent. */
  const versions = new Map<string, string>();
  /** Queues of changes per task, because each change needs the version that the one before made. */
  const queues = new Map<string, Promise<unknown>>();
  /** Incremented with every local change: a list fetched before or during a change is stale. */
  let changes = 0;
  let owner = 0;

  function set(list: readonly Task[]): void {
    tasks = list;
    onChange();
  }

  function put(task: Task): void {
    const isKnown = tasks.some(({ id }) => id === task.id);
    set(isKnown ? tasks.map((each) => (each.id === task.id ? task : each)) : [task, ...tasks]);
  }

  function drop(id: string): void {
    set(tasks.filter((task) => task.id !== id));
  }

  function learn(task: Task): void {
    versions.set(task.id, task.updated_at);
  }

  /** Runs the changes of one task in order; `settle` shows the result of the last one. */
  async function queue(
    id: string,
    work: () => Promise<Task | undefined>,
  ): Promise<Setback | undefined> {
    const begunFor = owner;
    changes++;
    const turn = (queues.get(id) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => {});
    queues.set(id, settled);
    const isLast = (): boolean => queues.get(id) === settled && owner === begunFor;
    try {
      const saved = await turn;
      if (saved) learn(saved);
      if (saved && isLast()) put(saved);
      return undefined;
    } catch (error) {
      return await recover(id, problemOf(error), isLast);
    } finally {
      changes++;
      if (queues.get(id) === settled) queues.delete(id);
    }
  }

  /** Shows the server's version of a task again. */
  async function recover(
    id: string,
    problem: Trouble,
    isLast: () => boolean,
  ): Promise<Setback | undefined> {
    if (problem.status !== 404) {
      const fresh = await api.read(id).catch(() => undefined);
      if (fresh) learn(fresh);
      if (fresh && isLast()) put(fresh);
      else if (isLast()) void load().catch(() => {});
      return { kind: problem.status === 412 ? "changed-elsewhere" : "failed", problem };
    }
    if (isLast()) drop(id);
    return { kind: "gone", problem };
  }

  async function load(): Promise<void> {
    for (;;) {
      const [before, begunFor] = [changes, owner];
      const [pending, completed] = await Promise.all([api.list("pending"), api.list("completed")]);
      if (owner !== begunFor) return;
      if (changes !== before || queues.size > 0) {
        // Something changed meanwhile: waits until that has settled and looks again.
        await Promise.all(queues.values());
        continue;
      }
      next.set("pending", pending.next_cursor);
      next.set("completed", completed.next_cursor);
      loaded = true;
      const all = [...pending.tasks, ...completed.tasks];
      for (const task of all) learn(task);
      return set([...tasks.filter(isBeingAdded), ...all]);
    }
  }

  return {
    tasks: () => tasks,
    isLoaded: () => loaded,
    hasMore: (status) => typeof next.get(status) === "string",
    refresh: load,
    async loadMore(status) {
      const cursor = next.get(status);
      if (typeof cursor !== "string") return;
      const begunFor = owner;
      const page = await api.list(status, cursor);
      if (owner !== begunFor) return;
      next.set(status, page.next_cursor);
      for (const task of page.tasks) learn(task);
      const known = new Set(tasks.map(({ id }) => id));
      set([...tasks, ...page.tasks.filter(({ id }) => !known.has(id))]);
    },
    async add(task) {
      const begunFor = owner;
      const id = `new-${changes}`;
      changes++;
      put({ ...blank, id, ...task });
      try {
        const added = await api.add(task);
        if (owner !== begunFor) return undefined;
        learn(added);
        set([added, ...tasks.filter((each) => each.id !== id && each.id !== added.id)]);
        return undefined;
      } catch (error) {
        if (owner === begunFor) drop(id);
        return { kind: "failed", problem: problemOf(error) };
      } finally {
        changes++;
      }
    },
    change(id, wanted, seen) {
      const task = tasks.find((each) => each.id === id);
      if (task) put({ ...task, ...wanted });
      return queue(id, () => api.change(id, wanted, seen ?? versions.get(id)));
    },
    remove(id) {
      drop(id);
      return queue(id, async () => {
        await api.remove(id, versions.get(id));
        return undefined;
      });
    },
    overhear(news) {
      if ("gone" in news) return drop(news.id);
      const task = tasks.find(({ id }) => id === news.id);
      versions.delete(news.id);
      put({ ...blank, ...task, ...news });
    },
    clear() {
      owner++;
      loaded = false;
      next.clear();
      versions.clear();
      queues.clear();
      set([]);
    },
  };
}
