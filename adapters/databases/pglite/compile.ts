import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { pgliteFile } from "./files.ts";
import { optimisations } from "./flags.ts";
import { readHints, readModule } from "./hints.ts";

/**
 * V8 checks a function when it is first called: to check all 14,000 at once would take a core 70 ms, and few of them
 * are ever called.
 */
const lazyValidation = "wasm-lazy-validation";
/** V8 compiles the functions that the hints name on threads of its own, while others wait to be called. */
const useOfHints = "experimental-wasm-compilation-hints";
/**
 * Compiles PostgreSQL: most functions when they are first called. Other WebAssembly of this process is not optimised from
 * then on.
 */
export function compilePostgres(): WebAssembly.Module {
  const path = pgliteFile("pglite.wasm");
  for (const flag of optimisations) setFlagsFromString(`--no-${flag}`);
  for (const flag of [lazyValidation, useOfHints]) setFlagsFromString(`--${flag}`);
  try {
    return new WebAssembly.Module(readModule(path, readHints()));
  } catch {
    // The hints cannot be used, because this engine expects another format or their file is damaged.
    return new WebAssembly.Module(readFileSync(path));
  } finally {
    for (const flag of [lazyValidation, useOfHints]) setFlagsFromString(`--no-${flag}`);
  }
}
