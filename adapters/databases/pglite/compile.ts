import { readFileSync } from "node:fs";
import { pgliteFile } from "./files.ts";
import { stopOptimising, useOfHints, withFlags } from "./flags.ts";
import { readHints, readModule } from "./hints.ts";
import { readStoredCode } from "./stored-code.ts";

/**
 * V8 checks a function when it is first called: to check all 14,000 at once would take a core 70 ms, and few of them
 * are ever called.
 */
const lazyValidation = "wasm-lazy-validation";

/**
 * PostgreSQL with the machine code that the build stored. Where this machine cannot use it, and for other functions, code
 * is made when a function is first called. Other WebAssembly of this process is not optimised from then on.
 */
export function compilePostgres(): WebAssembly.Module {
  stopOptimising();
  const path = pgliteFile("pglite.wasm");
  return readStoredCode(path) ?? compile(path);
}

function compile(path: string): WebAssembly.Module {
  try {
    return withFlags([lazyValidation, useOfHints], () => {
      return new WebAssembly.Module(readModule(path, readHints()));
    });
  } catch {
    // The hints cannot be used, because this engine expects another format or their file is damaged.
    return new WebAssembly.Module(readFileSync(path));
  }
}
