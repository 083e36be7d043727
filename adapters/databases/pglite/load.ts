import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setFlagsFromString } from "node:v8";

/** Node's modules that PGlite takes when it opens. */
const builtins = ["crypto", "perf_hooks", "stream/promises", "url", "zlib"];

type Postgres = Awaited<ReturnType<typeof load>>;

let loaded: Promise<Postgres> | undefined;

/** PGlite, its extension and PostgreSQL, compiled. The first call on a thread loads them. */
export function loadPostgres(): Promise<Postgres> {
  return (loaded ??= load());
}

async function load() {
  const pgliteWasmModule = compile();
  const [{ PGlite }, { vector }] = await Promise.all([
    import("@electric-sql/pglite"),
    import("@electric-sql/pglite-pgvector"),
  ]);
  // With the flags that `createPglite` sets, V8 rejects Node's compiled code of its own modules, and compiles them anew.
  for (const name of builtins) process.getBuiltinModule(`node:${name}`);
  return { PGlite, vector, pgliteWasmModule };
}

/** V8 checks each function when it is first called: all 14,000 at once would take 70 ms, and few of them are ever called. */
function compile(): WebAssembly.Module {
  const main = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const bytes = readFileSync(join(dirname(main), "pglite.wasm"));
  setFlagsFromString("--wasm-lazy-validation");
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    setFlagsFromString("--no-wasm-lazy-validation");
  }
}
