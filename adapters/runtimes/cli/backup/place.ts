import { parseSettings, type Settings } from "../../../../handlers/settings/index.ts";
import type { SnapshotStore } from "../../../../handlers/ports/snapshot-store.ts";
import { UsageError } from "../command.ts";
import type { Terminal } from "../terminal.ts";

/** The settings with another database. @throws UsageError */
export function settingsOf(place: string | undefined, { environment }: Terminal): Settings {
  if (place === undefined) return parseSettings(environment).settings;
  const { NEON_DATABASE_URL: _neon, POSTGRES_URL: _postgres, ...others } = environment;
  const url = place === "embedded" ? "" : place;
  const { settings } = parseSettings({ ...others, DATABASE_URL: url });
  if (settings.database.kind === "unusable") {
    throw new UsageError("Name a database by its URL, postgresql://…, or by the word embedded.");
  }
  return settings;
}

export interface BackupPlace {
  readonly store: SnapshotStore;
  readonly passphrase: string | undefined;
}

/** The place of a backup, with the credentials in the BACKUP_ settings. @throws UsageError */
export async function openPlace(
  address: string | undefined,
  terminal: Terminal,
): Promise<BackupPlace> {
  const forms = "s3://bucket/prefix, hf://datasets/owner/name or file:///path";
  if (address === undefined) throw new UsageError(`Name the backup's place: ${forms}.`);
  const environment = { ...settingsEnvironment(terminal), BACKUP_URL: address };
  const { settings, problems } = parseSettings(environment);
  const { backup } = settings;
  if (backup.kind === "none" || backup.kind === "unusable") {
    const reasons = problems.filter(({ name }) => name.startsWith("BACKUP_"));
    throw new UsageError(reasons.map(({ message }) => message).join(" ") || `Use ${forms}.`);
  }
  const { chooseSnapshotStore } = await import("../../../snapshot-stores/choose.ts");
  return { store: chooseSnapshotStore(backup), passphrase: backup.passphrase };
}

/** Without a database server, beside which BACKUP_URL counts for nothing. */
function settingsEnvironment({ environment }: Terminal): Terminal["environment"] {
  const {
    NEON_DATABASE_URL: _neon,
    POSTGRES_URL: _postgres,
    DATABASE_URL: _url,
    ...others
  } = environment;
  return others;
}
