import { basename } from "node:path";
import { build } from "esbuild";
import { forNode } from "../../../.tools/bundle.ts";
import { built, builtThread } from "../servers/built.ts";
import { startServer, type ServerOptions, type ServerProcess } from "../servers/server-process.ts";

let program: Promise<string> | undefined;

/** Starts the server with a backup that does everything `haste` times as often as over a real store. */
export async function startBackedUp(
  { environment, ...options }: ServerOptions,
  haste = 20,
): Promise<ServerProcess> {
  program ??= bundle();
  return startServer({
    ...options,
    environment: { ...environment, TEST_HASTE: String(haste) },
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
