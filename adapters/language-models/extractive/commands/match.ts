import type { Reference } from "./command.ts";
import { plain } from "./plain.ts";

/** A task as list_tasks shows it. */
export interface ListedTask {
  readonly task_id: string;
  readonly number: number;
  readonly title: string;
  readonly completed: boolean;
}

export interface Match {
  readonly tasks: readonly ListedTask[];
  /** Whether their titles equal the name; otherwise they contain it. */
  readonly exact: boolean;
}

/** The tasks that a reference may mean; all of them where several have the same title. */
export function matchTasks(reference: Reference, tasks: readonly ListedTask[]): Match {
  switch (reference.kind) {
    case "all": {
      const { status } = reference;
      const isMeant = ({ completed }: ListedTask) =>
        status === "all" || completed === (status === "completed");
      return { tasks: tasks.filter(isMeant), exact: true };
    }
    case "numbers": {
      const { numbers } = reference;
      return { tasks: tasks.filter((task) => numbers.includes(task.number)), exact: true };
    }
    case "shown": {
      const { number, title } = reference;
      const isMeant = (task: ListedTask) => task.number === number && plain(task.title) === title;
      return { tasks: tasks.filter(isMeant), exact: true };
    }
    case "some":
      return { tasks, exact: false };
    case "last":
      return { tasks: tasks.slice(-1), exact: true };
    case "title":
      return matchTitle(reference.title, tasks);
  }
}

/** Tasks with the same title; if none, with these words in a row; if none, the last of them as a prefix. */
function matchTitle(title: string, tasks: readonly ListedTask[]): Match {
  const wanted = words(title);
  // A title of signs alone, such as 🎉, has no words by which to tell it from others.
  if (wanted.trim() === "") {
    return { tasks: tasks.filter((task) => task.title === title), exact: true };
  }
  const same = tasks.filter((task) => words(task.title) === wanted);
  if (same.length > 0) return { tasks: same, exact: true };
  const whole = tasks.filter((task) => words(task.title).includes(wanted));
  if (whole.length > 0) return { tasks: whole, exact: false };
  const begun = wanted.trimEnd();
  return { tasks: tasks.filter((task) => words(task.title).includes(begun)), exact: false };
}

/** The words, case and compatibility variants removed, each with a space before and after. */
function words(text: string): string {
  const found =
    text
      .normalize("NFKC")
      .toUpperCase()
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return ` ${found.join(" ")} `;
}
