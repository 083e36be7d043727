import { button, element, iconButton } from "../lib/elements.ts";
import { createTaskEditor } from "./editor.ts";
import type { Task } from "../../../contract/task.ts";
import type { TaskEdits } from "./api.ts";
import { isBeingAdded, type Setback } from "./state.ts";

export interface TaskRow {
  readonly element: HTMLLIElement;
  update(task: Task): void;
  /** Highlights the row for a moment: the assistant has just changed it. */
  light(): void;
  focus(): void;
}

export interface TaskActions {
  /** `seen`: the version that the reader saw, if it may not be the latest. */
  readonly change: (id: string, changes: TaskEdits, seen?: string) => Promise<Setback | undefined>;
  readonly remove: (task: Task) => void;
}

const elsewhere = "Someone changed this in another window. Here is the latest version.";

/** Creates the row of one task: checkbox, text, and the form to edit the text. */
export function createTaskRow(first: Task, actions: TaskActions): TaskRow {
  let task = first;
  const box = element("input");
  box.type = "checkbox";
  const boxName = element("span", "unseen");
  const title = button("task-title", "", edit);
  title.dir = "auto";
  const description = element("p", "task-description");
  description.dir = "auto";
  const note = element("p", "task-note");
  note.setAttribute("role", "status");
  const remove = iconButton("trash", "", () => actions.remove(task));
  const words = element("div", "task-words", title, description);
  const line = element(
    "div",
    "task-line",
    element("label", "task-box", box, boxName),
    words,
    remove,
  );
  const root = element("li", "task", line, note);
  let editing = false;

  box.addEventListener("change", () => void change({ completed: box.checked }));

  async function change(changes: TaskEdits, seen?: string): Promise<Setback | undefined> {
    note.textContent = "";
    const setback = await actions.change(task.id, changes, seen);
    if (setback?.kind === "changed-elsewhere") note.textContent = elsewhere;
    return setback;
  }

  function edit(): void {
    if (editing || isBeingAdded(task)) return;
    editing = true;
    let seen = task.updated_at;
    note.textContent = "";
    const editor = createTaskEditor(task, {
      async save(changes) {
        const setback = await change(changes, seen);
        if (setback?.kind !== "changed-elsewhere") return setback;
        // The reader's text stays in the form; the current version is shown below it.
        note.textContent = `${elsewhere} “${task.title}”`;
        seen = task.updated_at;
        return setback;
      },
      remove: () => actions.remove(task),
      close() {
        editing = false;
        editor.element.replaceWith(line);
        title.focus();
      },
    });
    line.replaceWith(editor.element);
    editor.focus();
  }

  function update(next: Task): void {
    task = next;
    const pending = isBeingAdded(task);
    root.classList.toggle("done", task.completed);
    root.classList.toggle("pending", pending);
    box.checked = task.completed;
    box.disabled = pending;
    boxName.textContent = `Done: ${task.title}`;
    title.textContent = task.title;
    title.title = "Change";
    description.textContent = task.description;
    description.hidden = task.description === "";
    remove.hidden = pending;
    remove.title = "Delete";
    remove.setAttribute("aria-label", `Delete task: ${task.title}`);
  }
  update(task);

  return {
    element: root,
    update,
    light() {
      root.classList.remove("lit");
      requestAnimationFrame(() => root.classList.add("lit"));
    },
    focus: () => box.focus(),
  };
}
