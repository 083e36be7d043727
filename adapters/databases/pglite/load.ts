import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Node's modules that PGlite takes when it opens. */
const builtins = ["crypto", "perf_hooks", "stream/promises", "url", "zlib"];

type Postgres = Awaited<ReturnType<typeof load>>;

let loaded: Promise<Postgres> | undefined;

/** PGlite, its extension and PostgreSQL, compiled. The first call on a thread begins to load them. */
export function loadPostgres(): Promise<Postgres> {
  return (loaded ??= load());
}

async function load() {
  // V8 compiles on threads of its own, while this one loads the rest.
  const compiled = compile();
  const [{ PGlite }, { vector }] = await Promise.all([
    import("@electric-sql/pglite"),
    import("@electric-sql/pglite-pgvector"),
  ]);
  // With the flags that `createPglite` sets, V8 rejects Node's compiled code of its own modules, and compiles them anew.
  for (const name of builtins) process.getBuiltinModule(`node:${name}`);
  return { PGlite, vector, pgliteWasmModule: await compiled };
}

async function compile(): Promise<WebAssembly.Module> {
  const main = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  return WebAssembly.compile(await readFile(join(dirname(main), "pglite.wasm")));
}
