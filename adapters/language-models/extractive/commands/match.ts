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
  /** Whether they were named, or merely resemble the name. */
  readonly exact: boolean;
}

/** The tasks that somebody may mean; several of one name are all of them. */
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

/** The same title, or else one with these words in a row, or else one where the last of them is begun. */
function matchTitle(title: string, tasks: readonly ListedTask[]): Match {
  const wanted = words(title);
  const same = tasks.filter((task) => words(task.title) === wanted);
  if (same.length > 0 || wanted.trim() === "") return { tasks: same, exact: true };
  const whole = tasks.filter((task) => words(task.title).includes(wanted));
  if (whole.length > 0) return { tasks: whole, exact: false };
  const begun = wanted.trimEnd();
  return { tasks: tasks.filter((task) => words(task.title).includes(begun)), exact: false };
}

/** Letters and digits, case and variants aside, with one space before, between and behind the words. */
function words(text: string): string {
  const found =
    text
      .normalize("NFKC")
      .toUpperCase()
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return ` ${found.join(" ")} `;
}
