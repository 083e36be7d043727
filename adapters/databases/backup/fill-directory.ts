import type { Clock } from "../../../handlers/ports/clock.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";
import type { DirectoryContent, DataDirectory } from "./directory.ts";
import type { Link } from "./objects/names.ts";
import type { Objects } from "./objects/objects.ts";
import type { Catalogue } from "./restore/catalogue.ts";
import { restoreNewest } from "./restore/restore.ts";
import type { SecretCopy } from "./secret.ts";
import { createSchema, writeState } from "./state.ts";
import type { BackupStatus } from "./status.ts";

export interface FillOptions {
  readonly directory: DataDirectory;
  readonly objects: Objects;
  readonly secret: SecretCopy;
  readonly status: BackupStatus;
  readonly logger: Logger;
  readonly clock: Clock;
  /** This process's id. */
  readonly me: string;
}

/**
 * Fills a data directory from the backup, and resolves to the last segment that was applied. Rows that were never
 * backed up, or are older, are set aside before.
 *
 * @throws PortFailure
 */
export async function fillDirectory(
  content: DirectoryContent["kind"],
  catalogue: Catalogue,
  options: FillOptions,
): Promise<Link> {
  const { directory, logger, status, clock, me } = options;
  const { database } = directory;
  const began = clock.monotonic();
  if (content === "foreign" || content === "kept") await directory.empty("set-aside");
  const marked = async (head: Link, kind: "restoring" | "kept") => {
    await database.batch([...createSchema, writeState({ status: kind, holder: me, head })]);
  };
  const start = { epoch: 0, sequence: 0, sha256: "" };
  let isEmpty = content !== "half-restored";
  try {
    const restored = await restoreNewest({
      ...options,
      database,
      catalogue,
      async empty() {
        if (!isEmpty) await directory.empty("delete");
        isEmpty = false;
        await marked(start, "restoring");
      },
      onProgress: (done, total) => status.noteRestoring({ done, total }),
    });
    await options.secret.restore();
    await marked(restored.head, "kept");
    const milliseconds = Math.round(clock.monotonic() - began);
    const { rows, segments, at } = restored;
    logger.info("database restored from its backup", { rows, segments, until: at, milliseconds });
    return restored.head;
  } finally {
    status.noteRestoring(undefined);
  }
}
