import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../../../handlers/ports/logger.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import type { PgliteDatabase } from "../pglite/database.ts";
import { readState, type BackupState } from "./state.ts";

/** What is in a data directory. `foreign`: rows that were never backed up. */
export type DirectoryContent =
  | { readonly kind: "new" | "foreign" | "half-restored" }
  | { readonly kind: "kept"; readonly state: BackupState };

const asideMark = "set-aside-";
/** How many databases stay beside. */
const asides = 3;

/** DATA_DIR and the embedded database in it. */
export interface DataDirectory {
  readonly database: PgliteDatabase;
  /** Opens the database unless it is open. @throws PortFailure */
  open(): Promise<void>;
  /** @throws PortFailure */
  read(): Promise<DirectoryContent>;
  /** Begins with an empty database; what was there is deleted, or stays beside under another name. @throws PortFailure */
  empty(how: "delete" | "set-aside"): Promise<void>;
  /** Closes and deletes the database. */
  remove(): Promise<void>;
}

/** @param url where this process serves */
export function createDataDirectory(
  path: string,
  database: PgliteDatabase,
  { logger, url }: { readonly logger: Logger; readonly url: string | undefined },
): DataDirectory {
  const open = () => database.open(url === undefined ? {} : { url });
  const place = join(path, "database");
  const remove = async () => {
    await database.close();
    await rm(place, { recursive: true, force: true });
  };
  return {
    database,
    open,
    remove,
    async read() {
      const state = await readState(database);
      if (state?.status === "restoring") return { kind: "half-restored" };
      if (state) return { kind: "kept", state };
      const [row] = await database.query<{ found: boolean }>(
        sql`select to_regclass('schema_migrations') is not null as found`,
      );
      return { kind: row?.found === true ? "foreign" : "new" };
    },
    async empty(how) {
      if (how === "set-aside") {
        await database.close();
        const aside = `${place}.${asideMark}${new Date().toISOString().replace(/\D/g, "")}`;
        await rename(place, aside);
        await deleteOldest(path);
        logger.warn("the database in DATA_DIR is older than its backup and was set aside", {
          directory: aside,
        });
      } else {
        await remove();
      }
      await open();
    },
  };
}

async function deleteOldest(path: string): Promise<void> {
  const names = (await readdir(path)).filter((name) => name.startsWith(`database.${asideMark}`));
  for (const name of names.toSorted().slice(0, -asides))
    await rm(join(path, name), { recursive: true, force: true });
}
