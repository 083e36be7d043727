import { part } from "../lib/elements.ts";
import { problemOf } from "../lib/request.ts";
import type { Account } from "../lib/wire.ts";
import { createDevicesSection } from "./devices-section.ts";
import { createKeysSection } from "./keys-section.ts";
import {
  createDeleteSection,
  createNameSection,
  createPasswordSection,
  createPlainDeleteSection,
} from "./own-sections.ts";
import type { SettingsDependencies } from "./section.ts";
import { createStorageWarning } from "./storage-warning.ts";

export interface SettingsDialog {
  readonly open: () => void;
}

/** Creates the settings dialog: name, password, devices, API keys, deleting the account. */
export function createSettings(deps: Omit<SettingsDependencies, "close">): SettingsDialog {
  const { api, session, notify } = deps;
  const dialog = part("settings", HTMLDialogElement);
  const body = part("settings-body", HTMLElement);
  const signOut = part("sign-out", HTMLButtonElement);
  const close = (): void => dialog.close();
  const closeButton = part("settings-close", HTMLButtonElement);
  closeButton.addEventListener("click", close);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) close();
  });
  dialog.addEventListener("close", () => body.replaceChildren());
  signOut.addEventListener("click", () => void leave());

  /** Signs out on this page even when the server cannot be reached. */
  async function leave(): Promise<void> {
    const tokens = session.tokens();
    signOut.disabled = true;
    let line = "Signed out.";
    try {
      if (tokens) await api.logout(tokens.refresh_token);
    } catch (error) {
      const { status } = problemOf(error);
      if (status === 0 || status >= 500) line = "Signed out here. The server could not be told.";
    }
    signOut.disabled = false;
    close();
    session.end("asked");
    notify(line);
  }

  function describe(): void {
    const user = session.user();
    part("settings-title", HTMLElement).textContent = user?.name || user?.email || "Account";
    part("settings-email", HTMLElement).textContent = user?.name ? user.email : "";
  }
  session.onChange(describe);

  return {
    open() {
      describe();
      const all = { ...deps, close };
      const devices = createDevicesSection(all);
      const password = createPasswordSection(all, () => void devices.load());
      const deletion = createDeleteSection(all);
      body.replaceChildren(
        createStorageWarning(all),
        createNameSection(all),
        password,
        devices.element,
        createKeysSection(all),
        deletion,
      );
      dialog.showModal();
      // The first button, which signs out, must not have the focus.
      closeButton.focus();
      body.scrollTop = 0;
      void api.read().then(learn, () => undefined);

      /** Shows the fetched account: another device may have changed its name, or it may have no password. */
      function learn(account: Account): void {
        session.update(account);
        if (account.has_password !== false) return;
        password.remove();
        deletion.replaceWith(createPlainDeleteSection(all));
      }
    },
  };
}
