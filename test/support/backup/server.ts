import { basename } from "node:path";
import { build } from "esbuild";
import { forNode } from "../../../.tools/bundle-options.ts";
import { built, builtThread } from "../servers/built.ts";
import { startServer, type ServerOptions, type ServerProcess } from "../servers/server-process.ts";

let program: Promise<string> | undefined;

export interface Haste {
  /** How many times as often as over a real store the backup does everything. */
  readonly times: number;
  /** Milliseconds after which a holder of the lease counts as gone; by default as many times as short. */
  readonly silence?: number;
}

/** Starts the server with a backup in haste. */
export async function startBackedUp(
  { environment, ...options }: ServerOptions,
  { times, silence }: Haste = { times: 20 },
): Promise<ServerProcess> {
  program ??= bundle();
  return startServer({
    ...options,
    environment: {
      ...environment,
      TEST_HASTE: String(times),
      ...(silence !== undefined && { TEST_SILENCE: String(silence) }),
    },
    program: await program,
  });
}

/** Beside the build, where the server finds its assets and the empty database. */
async function bundle(): Promise<string> {
  const outfile = built(`backup-entry-${process.pid}.js`);
  await build({
    ...forNode,
    define: { PGLITE_THREAD: JSON.stringify(`./${basename(builtThread().pathname)}`) },
    entryPoints: ["test/support/backup/entry.ts"],
    outfile,
    sourcemap: false,
  });
  return outfile;
}
