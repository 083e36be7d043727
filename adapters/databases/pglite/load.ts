import { readFileSync } from "node:fs";
import { compilePostgres } from "./compile.ts";
import { pgliteFile } from "./files.ts";

/** Node's modules that PGlite takes when it opens. */
const builtins = ["crypto", "perf_hooks", "stream/promises", "url", "zlib"];

type Postgres = Awaited<ReturnType<typeof load>>;

let loaded: Promise<Postgres> | undefined;

/** PGlite, its extension and PostgreSQL, compiled. The first call on a thread loads them. */
export function loadPostgres(): Promise<Postgres> {
  return (loaded ??= load());
}

async function load() {
  // First, because V8 compiles on threads of its own meanwhile.
  const pgliteWasmModule = compilePostgres();
  const [{ PGlite }, { vector }] = await Promise.all([
    import("@electric-sql/pglite"),
    import("@electric-sql/pglite-pgvector"),
  ]);
  // With the flags that `compilePostgres` sets, V8 rejects Node's compiled code of its own modules, and compiles them anew.
  for (const name of builtins) process.getBuiltinModule(`node:${name}`);
  // PGlite itself would read the file in 13 turns of the event loop. It only calls this method of a Blob.
  const { buffer } = readFileSync(pgliteFile("pglite.data"));
  const fsBundle = { arrayBuffer: async () => buffer } as Blob;
  return { PGlite, vector, pgliteWasmModule, fsBundle };
}
