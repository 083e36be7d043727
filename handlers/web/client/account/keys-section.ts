import { copyText } from "../lib/clipboard.ts";
import { siteName } from "../lib/site-name.ts";
import { button, element } from "../lib/elements.ts";
import { createField, createForm } from "../lib/forms.ts";
import { problemOf } from "../lib/request.ts";
import type { ApiKey, NewApiKey } from "../../../contract/key.ts";
import { scopes, type Scope } from "../../../contract/scope.ts";
import { createFetchedList, day, entry, section, type SettingsDependencies } from "./section.ts";

/** API keys: create one (shown once), list them, delete them. */
export function createKeysSection({ api, notify, askFirst }: SettingsDependencies): HTMLElement {
  const list = createFetchedList(api.keys, draw, "No keys yet.");
  const shown = element("div", "new-key");
  shown.setAttribute("role", "status");
  const name = createField({
    name: "name",
    label: "What is the key for?",
    required: true,
    maxLength: 100,
  });
  const choice = createScopeChoice();
  const form = createForm({
    fields: [name],
    below: [choice.element],
    submit: "Create key",
    async run() {
      const made = await api.addKey({ name: name.input.value.trim(), scopes: choice.chosen() });
      form.reset();
      show(made);
      await list.load();
    },
  });

  function show({ key }: NewApiKey): void {
    const code = element("code", "", key);
    const copy = button("primary", "Copy key", () => void copyKey());
    const copyKey = async (): Promise<void> => {
      copy.textContent = (await copyText(key)) ? "Copied" : "Select it and copy";
    };
    const done = button("again", "Done", () => {
      shown.replaceChildren();
      name.input.focus();
    });
    shown.replaceChildren(
      element("p", "", "Your new key. Copy it now. You won't see it again."),
      code,
      element("div", "form-actions", copy, done),
    );
    copy.focus();
  }

  function draw(key: ApiKey): HTMLElement {
    const used = key.last_used_at ? `used ${day(key.last_used_at)}` : "never used";
    const remove = button("again", "Delete", () => void drop(key));
    remove.setAttribute("aria-label", `Delete key ${key.name}`);
    return entry(key.name, `${key.scopes.join(", ")} · ${used}`, remove);
  }

  async function drop(key: ApiKey): Promise<void> {
    const sure = await askFirst({
      title: "Delete this key?",
      text: `Programs that use “${key.name}” will be refused at once.`,
      action: "Delete",
    });
    if (!sure) return;
    try {
      await api.removeKey(key.id);
    } catch (error) {
      if (problemOf(error).status !== 404) return notify(problemOf(error).detail);
    }
    await list.load();
  }

  const about = element("p", "hint", `For programs that talk to ${siteName()} as you.`);
  return section("API keys", about, list.element, shown, form.element);
}

function createScopeChoice(): {
  readonly element: HTMLElement;
  readonly chosen: () => Scope[];
} {
  const boxes = scopes.map((scope) => {
    const box = element("input");
    box.type = "checkbox";
    // The operator pays for the models, and seldom offers them.
    box.defaultChecked = scope !== "models";
    return { scope, box, label: element("label", "choice", box, names[scope]) };
  });
  const legend = element("legend", "", "It may");
  return {
    element: element("fieldset", "choices", legend, ...boxes.map(({ label }) => label)),
    chosen: () => boxes.flatMap(({ scope, box }) => (box.checked ? [scope] : [])),
  };
}

const names = {
  chat: "chat",
  tasks: "work on tasks",
  search: "search",
  models: "ask the models directly",
} as const;
