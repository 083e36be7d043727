import type { Database } from "../../../../handlers/ports/database.ts";
import { PortFailure } from "../../../../handlers/ports/failure.ts";
import type { Logger } from "../../../../handlers/ports/logger.ts";
import { migrate } from "../../migrate.ts";
import { migrations } from "../../migrations/index.ts";
import { setSequences, type SequenceValues } from "../../tables.ts";
import type { LoggedChange } from "./follow.ts";
import { segmentName } from "../objects/names.ts";
import { createLoader, type Loader } from "./load.ts";

/** Brings a database to the states that a backup describes, one after another. */
export interface Applier {
  /** Applies migrations as the backup's writer had. @throws PortFailure, `invalid` where this version does not know one */
  migrateTo(names: readonly string[]): Promise<void>;
  /** @throws DamagedObject; PortFailure */
  load(object: string, lines: readonly string[]): Promise<void>;
  /** @throws DamagedObject; PortFailure */
  apply(change: LoggedChange): Promise<void>;
  /** @throws PortFailure `conflict` where the rows do not fit together */
  finish(sequences: SequenceValues): Promise<void>;
}

export function createApplier(database: Database, logger: Logger): Applier {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const applied = new Set<string>();
  let loader: Loader | undefined;
  let sequences: SequenceValues = {};

  async function load(object: string, lines: readonly string[]): Promise<void> {
    loader ??= await createLoader(database);
    await loader.apply(object, lines);
  }

  async function settle(): Promise<void> {
    await loader?.finish();
    loader = undefined;
  }

  async function migrateTo(names: readonly string[]): Promise<void> {
    const unknown = names.find((name) => !known.has(name));
    if (unknown !== undefined) throw tooNew(unknown);
    if (names.every((name) => applied.has(name))) return;
    await settle();
    const wanted = migrations.filter(({ name }) => names.includes(name));
    await migrate(database, { logger: withoutInfo(logger), migrations: wanted });
    for (const name of names) applied.add(name);
  }

  return {
    migrateTo,
    load,
    async apply({ segments }) {
      for (const { header, lines } of segments) {
        await migrateTo(header.migrations);
        await load(segmentName(header), lines);
        ({ sequences } = header);
      }
    },
    async finish(before) {
      await settle();
      await setSequences(database, { ...before, ...sequences });
    },
  };
}

/** Without the remark that the database is newer than these migrations, which are only some of ours. */
function withoutInfo(logger: Logger): Logger {
  return { ...logger, info: () => undefined };
}

function tooNew(migration: string): PortFailure {
  const message = `The backup was written by a newer Docent (migration ${migration}): start that one`;
  return new PortFailure("invalid", message, { retryable: false });
}
