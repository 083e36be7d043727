import { button } from "../lib/elements.ts";
import { createField, createForm } from "../lib/forms.ts";
import { RequestFailure } from "../lib/request.ts";
import type { Task } from "../../../contract/task.ts";
import type { TaskEdits } from "./api.ts";
import type { Setback } from "./state.ts";

export interface TaskEditing {
  readonly save: (changes: TaskEdits) => Promise<Setback | undefined>;
  readonly remove: () => void;
  readonly close: () => void;
}

/** Creates the form that changes a task's title and description. Escape discards the changes. */
export function createTaskEditor(
  task: Task,
  { save, remove, close }: TaskEditing,
): { readonly element: HTMLElement; readonly focus: () => void } {
  const title = createField({ name: "title", label: "Task", required: true, maxLength: 200 });
  const description = createField({
    name: "description",
    label: "Notes",
    maxLength: 1000,
    multiline: true,
  });
  title.input.value = task.title;
  description.input.value = task.description;
  const form = createForm({
    fields: [title, description],
    submit: "Save",
    extra: [button("again", "Cancel", close), button("quiet danger", "Delete", () => remove())],
    async run() {
      const wanted = { title: title.input.value.trim(), description: description.input.value };
      const changes: TaskEdits = {
        ...(wanted.title !== task.title && { title: wanted.title }),
        ...(wanted.description !== task.description && { description: wanted.description }),
      };
      if (Object.keys(changes).length > 0) {
        const setback = await save(changes);
        if (setback?.kind === "changed-elsewhere") return;
        if (setback) throw new RequestFailure(setback.problem);
      }
      close();
    },
  });
  form.element.classList.add("task-editor");
  form.element.setAttribute("aria-label", `Change task: ${task.title}`);
  form.element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
  return { element: form.element, focus: () => title.input.select() };
}
