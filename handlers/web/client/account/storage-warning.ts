import { element } from "../lib/elements.ts";
import type { SettingsDependencies } from "./section.ts";

const words =
  "This server forgets: its disk is emptied whenever it starts again, and accounts, conversations and tasks with it. " +
  "Whoever runs it can set BACKUP_URL or DATABASE_URL to keep them.";

/** Warns where accounts and conversations last only until the next restart; otherwise empty. */
export function createStorageWarning({ api }: Pick<SettingsDependencies, "api">): HTMLElement {
  const warning = element("p", "storage-warning", words);
  warning.hidden = true;
  warning.setAttribute("role", "note");
  api.storage().then(
    (storage) => (warning.hidden = storage.kind !== "until_restart"),
    () => {},
  );
  return warning;
}
