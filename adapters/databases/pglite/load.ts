import { readFileSync } from "node:fs";
import { compilePostgres } from "./compile.ts";
import { pgliteFile } from "./files.ts";
import { vector } from "./package-files.ts";

/** Node's modules that PGlite takes when it opens. */
const builtins = ["crypto", "perf_hooks", "url"];

type Postgres = Awaited<ReturnType<typeof load>>;

let loaded: Promise<Postgres> | undefined;

/** PGlite, its extension and PostgreSQL, compiled. The first call on a thread loads them. */
export function loadPostgres(): Promise<Postgres> {
  return (loaded ??= load());
}

async function load() {
  // First, because V8 rejects code that was compiled with other flags than `compilePostgres` sets, Node's own as well.
  for (const name of builtins) process.getBuiltinModule(`node:${name}`);
  const { PGlite } = await import("@electric-sql/pglite");
  // V8 compiles on threads of its own from here on.
  const pgliteWasmModule = compilePostgres();
  // PGlite itself would read the file in 13 turns of the event loop. It only calls this method of a Blob.
  const { buffer } = readFileSync(pgliteFile("pglite.data"));
  const fsBundle = { arrayBuffer: async () => buffer } as Blob;
  return { PGlite, vector, pgliteWasmModule, fsBundle };
}
