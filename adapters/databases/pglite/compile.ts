import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { pgliteFile } from "./files.ts";

/**
 * Compiles PostgreSQL. V8 checks and translates each function when it is first called: to check all 14,000 at once
 * would take a core 70 ms, and few of them are ever called.
 */
export function compilePostgres(): WebAssembly.Module {
  const bytes = readFileSync(pgliteFile("pglite.wasm"));
  setFlagsFromString("--wasm-lazy-validation");
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    setFlagsFromString("--no-wasm-lazy-validation");
  }
}
