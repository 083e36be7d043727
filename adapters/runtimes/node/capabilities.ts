import { setDefaultResultOrder } from "node:dns";
import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import type { Settings } from "../../../handlers/settings/index.ts";
import { mediaTypeOf } from "../../../handlers/documents/parsing/parsers.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";
import { createFolderAssets } from "../../assets/folder.ts";
import { nameOfFolder } from "../../document-sources/folder-name.ts";
import { createFolderSource } from "../../document-sources/folder.ts";
import type { Capabilities } from "../../compose.ts";
import { createPgliteDatabase } from "../../databases/pglite/database.ts";
import type { StreamingFetch } from "../../http/streaming-fetch.ts";
import { watchDisk, type Disk } from "../../databases/pglite/disk.ts";
import { openLocalEmbedder } from "../../embedders/local/open.ts";
import { createScryptHasher } from "../../password-hashers/scrypt.ts";
import { modelFolders } from "./model-folders.ts";
import { createKeptSecret } from "../../secrets/kept-secret.ts";
import { createBackup, type Backup } from "./backup.ts";
import type { Pace } from "../../databases/backup/lease/pace.ts";

/** The bundle's folder, where the build puts assets, documents and the prepared database. */
const here = new URL("./", import.meta.url);

/** An empty database, made by the build. */
export const preparedDirectory = fileURLToPath(new URL("database", here));

/** The same, migrated and with the README taken in. */
const firstDirectory = fileURLToPath(new URL("first-database", here));

export interface ProcessInternals {
  /** How often the backup does what; by default what its store bears. */
  readonly backupPace?: Pace;
  /** How answers of language models are read; by default by the runtime's `fetch`. */
  readonly fetchStream?: StreamingFetch;
}

/**
 * What a process with files and threads can do: the servers on Node, Deno and Bun, and the command line.
 *
 * @param serving where this process serves, as far as it is known when the database opens
 * @param server of a server alone: the embedded database's thread, started ahead
 */
export function nodeCapabilities(
  logger: Logger,
  serving: { readonly url?: string } & ProcessInternals = {},
  server?: { readonly worker: Worker | undefined },
): Capabilities {
  // IPv4 first: many hosts resolve IPv6 addresses that they cannot reach.
  setDefaultResultOrder("ipv4first");
  let worker = server?.worker;
  let disk: Disk | undefined;
  let backup: Backup | undefined;
  const backupOf = (settings: Settings) =>
    (backup ??= createBackup(settings, serving.backupPace, logger));
  const diskOf = (dataDirectory: string) => (disk ??= watchDisk(dataDirectory, logger));
  return {
    logger,
    ...(serving.fetchStream && { fetchStream: serving.fetchStream }),
    assets: createFolderAssets(here),
    passwordHasher: createScryptHasher(),
    bundledDocuments: createFolderSource(fileURLToPath(new URL("documents", here)), {
      mediaTypeOf,
      limit: Number.POSITIVE_INFINITY,
    }),
    openFolder: (directory, { documents, dataDirectory }) => ({
      name: nameOfFolder(directory),
      source: createFolderSource(directory, {
        mediaTypeOf,
        limit: documents.sizeLimit,
        excluded: dataDirectory,
      }),
    }),
    keepSecret: (settings, options) =>
      backupOf(settings).guard(createKeptSecret(settings.dataDirectory, { ...options, logger })),
    openLocalEmbedder: ({ models: { localEmbedder }, dataDirectory }, circuit) =>
      openLocalEmbedder({
        mode: localEmbedder.mode,
        reference: localEmbedder.model,
        roots: modelFolders(dataDirectory),
        circuit,
      }),
    async openPostgres(url) {
      const { createPostgresDatabase } = await import("../../databases/postgres/database.ts");
      return createPostgresDatabase({ url });
    },
    async bringUpToDate(database, log) {
      const { bringUpToDate } = await import("../../databases/bring-up-to-date.ts");
      return bringUpToDate(database, log);
    },
    watchStorage: (settings) => ({
      state: () => diskOf(settings.dataDirectory).state(),
      backup: () => backupOf(settings).report(),
    }),
    async openEmbeddedDatabase(settings, signal) {
      const { dataDirectory } = settings;
      const database = createPgliteDatabase({
        directory: dataDirectory,
        preparedDirectory:
          server && answersFromReadme(settings) ? firstDirectory : preparedDirectory,
        logger,
        disk: diskOf(dataDirectory),
        worker,
      });
      worker = undefined;
      const { kind } = settings.backup;
      if (kind !== "none" && kind !== "unusable")
        return backupOf(settings).open(database, { url: serving.url, signal });
      await database.open(serving.url === undefined ? {} : { url: serving.url });
      try {
        const { migrate } = await import("../../databases/migrate.ts");
        const { forgetBackup, requireWhole } = await import("../../databases/backup/state.ts");
        await requireWhole(database);
        if (kind === "none") await forgetBackup(database);
        await migrate(database, { logger });
        return database;
      } catch (error) {
        // Otherwise its lock would refuse the next attempt.
        await database.close();
        throw error;
      }
    },
  };
}

/** Whether a first start would take in the README, into a database of its own. */
function answersFromReadme({ backup, documents, vectorStore }: Settings): boolean {
  const isRestored = backup.kind !== "none" && backup.kind !== "unusable";
  return !isRestored && documents.directory === undefined && vectorStore.kind === "postgres";
}
