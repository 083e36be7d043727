import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Settings } from "../../../../handlers/settings/index.ts";
import { restoreByHand } from "../../../databases/backup/by-hand.ts";
import type { Restored } from "../../../databases/backup/restore/restore.ts";
import { copyDatabase, requireEmpty, type Copied } from "../../../databases/copy.ts";
import { createPgliteDatabase } from "../../../databases/pglite/database.ts";
import { preparedDirectory } from "../../node/capabilities.ts";
import { applyPending, openDatabase, quietLogger, requireUnused } from "../open-database.ts";
import type { BackupPlace } from "./place.ts";
import type { Terminal } from "../terminal.ts";

interface Wish {
  readonly place: BackupPlace;
  readonly at: Date | undefined;
}

/** Restores into the database of the settings. @throws PortFailure; Error where it is not empty */
export function restoreInto(settings: Settings, wish: Wish, terminal: Terminal): Promise<Restored> {
  return settings.database.kind === "embedded"
    ? restoreEmbedded(settings, wish, terminal)
    : restoreRemote(settings, wish, terminal);
}

async function restoreEmbedded(
  { dataDirectory }: Settings,
  wish: Wish,
  terminal: Terminal,
): Promise<Restored> {
  await requireUnused(dataDirectory);
  if (existsSync(join(dataDirectory, "database")))
    throw new Error("DATA_DIR holds a database already: move it away first");
  return fill(dataDirectory, { ...wish, secret: "restored" }, terminal);
}

/** By way of an embedded database, because rows of a snapshot fit together only when the last one is there. */
async function restoreRemote(
  settings: Settings,
  wish: Wish,
  terminal: Terminal,
): Promise<Restored> {
  const target = await openDatabase(settings, terminal);
  const directory = await mkdtemp(join(tmpdir(), "docent-restore-"));
  try {
    await applyPending(target, terminal);
    await requireEmpty(target);
    const restored = await fill(directory, { ...wish, secret: "left" }, terminal);
    const source = createPgliteDatabase({ directory, logger: quietLogger(terminal) });
    await source.open();
    try {
      const onCopied = ({ table, rows }: Copied) => {
        if (rows > 0) terminal.print(`${String(rows).padStart(8)}  ${table}\n`);
      };
      await copyDatabase(source, target, onCopied, terminal.signal);
    } finally {
      await source.close();
    }
    return restored;
  } finally {
    await rm(directory, { recursive: true, force: true });
    await target.close();
  }
}

async function fill(
  directory: string,
  { place, at, secret }: Wish & { readonly secret: "restored" | "left" },
  terminal: Terminal,
): Promise<Restored> {
  const logger = quietLogger(terminal);
  const database = createPgliteDatabase({ directory, preparedDirectory, logger });
  try {
    return await restoreByHand(
      { directory, database, secret, at, onProgress: () => terminal.signal.throwIfAborted() },
      { ...place, secretPath: join(directory, "secret"), logger },
    );
  } finally {
    await database.close();
  }
}
