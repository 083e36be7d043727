import { button, element, part } from "../lib/elements.ts";
import { createField, createForm } from "../lib/forms.ts";
import type { ProviderButtons } from "./provider-sign-in.ts";
import { inGuestTurn } from "../lib/guest-turn.ts";
import type { Session } from "../lib/session.ts";
import type { Grant } from "../../../contract/user.ts";
import type { AccountApi } from "./api.ts";

export interface SignInDialog {
  /** `reason`: why the page opens the dialog without the reader's click. */
  open(reason?: string): void;
}

type Mode = "sign-in" | "register";

/** Creates the dialog that signs in or creates an account, which takes over the guest's conversations. */
export function createSignInDialog(
  api: AccountApi,
  session: Session,
  elsewhere: ProviderButtons,
): SignInDialog {
  const dialog = part("sign-in", HTMLDialogElement);
  const body = part("sign-in-body", HTMLElement);
  const title = part("sign-in-title", HTMLElement);
  part("sign-in-close", HTMLButtonElement).addEventListener("click", () => dialog.close());
  // A closed dialog must not keep a password.
  dialog.addEventListener("close", () => body.replaceChildren());

  function show(mode: Mode, reason: string, address: string): void {
    const isNew = mode === "register";
    title.textContent = isNew ? "Create an account" : "Sign in";
    const email = createField({
      name: "email",
      label: "Email",
      type: "email",
      autocomplete: "username",
      required: true,
    });
    email.input.value = address;
    const name = createField({
      name: "name",
      label: "Name (optional)",
      autocomplete: "name",
      maxLength: 100,
    });
    const password = createField({
      name: "password",
      label: "Password",
      type: "password",
      autocomplete: isNew ? "new-password" : "current-password",
      required: true,
      ...(isNew && { minLength: 8, hint: "At least 8 characters." }),
    });
    const form = createForm({
      fields: isNew ? [name, email, password] : [email, password],
      submit: isNew ? "Create account" : "Sign in",
      async run() {
        const fields = { email: email.input.value.trim(), password: password.input.value };
        const called = name.input.value.trim();
        const sign = (): Promise<Grant> =>
          isNew ? api.register({ ...fields, ...(called && { name: called }) }) : api.login(fields);
        // A first question on its way brings a guest, whose conversation becomes the user's.
        session.keep(await inGuestTurn(session, new AbortController().signal, sign));
        dialog.close();
      },
    });
    const other = button("link-button", isNew ? "Sign in" : "Create one", () =>
      show(isNew ? "sign-in" : "register", reason, email.input.value.trim()),
    );
    const instead = isNew ? "Have an account already? " : "No account yet? ";
    body.replaceChildren(
      element("p", "sign-in-lead", reason || lead(isNew, session.tokens() !== undefined)),
      form.element,
      element("p", "sign-in-other", instead, other),
      elsewhere.links(),
    );
    (address === "" ? email : password).input.focus();
  }

  return {
    open(reason = "") {
      if (dialog.open) return;
      dialog.showModal();
      show("sign-in", reason, "");
    },
  };
}

function lead(isNew: boolean, isGuest: boolean): string {
  if (isGuest) return "Your conversations will be kept.";
  return isNew
    ? "To keep your conversations and tasks, on every device."
    : "Your conversations and tasks are waiting.";
}
