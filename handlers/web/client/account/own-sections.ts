import { button, element } from "../lib/elements.ts";
import { createField, createForm } from "../lib/forms.ts";
import { problemOf } from "../lib/request.ts";
import { section, type SettingsDependencies } from "./section.ts";

/** The form that changes the account's name. */
export function createNameSection({ api, session }: SettingsDependencies): HTMLElement {
  const name = createField({ name: "name", label: "Name", autocomplete: "name", maxLength: 100 });
  name.input.value = session.user()?.name ?? "";
  const form = createForm({
    fields: [name],
    submit: "Save",
    async run() {
      session.update(await api.change({ name: name.input.value.trim() }));
      return "Saved.";
    },
  });
  return section("Name", form.element);
}

/**
 * The form that changes the password.
 *
 * @param onChange called after a new password has signed out the other devices
 */
export function createPasswordSection(
  { api, session }: SettingsDependencies,
  onChange: () => void,
): HTMLElement {
  const current = createField({
    name: "current_password",
    label: "Current password",
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  const password = createField({
    name: "password",
    label: "New password",
    type: "password",
    autocomplete: "new-password",
    required: true,
    minLength: 8,
    hint: "At least 8 characters.",
  });
  const form = createForm({
    fields: [current, password],
    submit: "Change password",
    async run() {
      await api.change({
        password: password.input.value,
        current_password: current.input.value,
      });
      form.reset();
      onChange();
      return "Password changed. Your other devices are signed out.";
    },
  });
  // Password managers need the account's name beside its password.
  form.element.prepend(hiddenUser(session.user()?.email ?? ""));
  return section("Password", form.element);
}

/** The form that deletes the account after its password was typed. */
export function createDeleteSection({
  api,
  session,
  notify,
  close,
}: SettingsDependencies): HTMLElement {
  const warning = element("p", "hint", deletion);
  const begin = button("again danger", "Delete account…", () => {
    begin.replaceWith(form.element);
    password.input.focus();
  });
  const password = createField({
    name: "password",
    label: "Your password",
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  const form = createForm({
    fields: [password],
    submit: "Delete everything",
    extra: [
      button("again", "Cancel", () => {
        form.reset();
        form.element.replaceWith(begin);
        begin.focus();
      }),
    ],
    async run() {
      await api.remove(password.input.value);
      close();
      session.end("asked");
      notify("Your account is deleted.");
    },
  });
  form.element.classList.add("danger-form");
  form.element.prepend(hiddenUser(session.user()?.email ?? ""));
  return section("Delete account", warning, begin);
}

const deletion = "Your account, conversations, tasks and keys are deleted at once and for good.";

/** The button that deletes an account without a password; the dialog asks a second time instead. */
export function createPlainDeleteSection(deps: SettingsDependencies): HTMLElement {
  const { api, session, notify, askFirst, close } = deps;
  const begin = button("again danger", "Delete account…", () => void remove());

  async function remove(): Promise<void> {
    const question = { title: "Delete your account?", text: deletion, action: "Delete everything" };
    if (!(await askFirst(question))) return;
    try {
      await api.remove("");
    } catch (error) {
      return notify(problemOf(error).detail);
    }
    close();
    session.end("asked");
    notify("Your account is deleted.");
  }

  return section("Delete account", element("p", "hint", deletion), begin);
}

function hiddenUser(email: string): HTMLElement {
  const field = element("input");
  field.type = "email";
  field.autocomplete = "username";
  field.value = email;
  field.hidden = true;
  field.readOnly = true;
  return field;
}
