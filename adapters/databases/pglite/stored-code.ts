import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { readCodeFile, toCodeFile } from "../../code-file.ts";
import { stopOptimising, useOfHints, withFlags } from "./flags.ts";

/** All that this Node was built with: machine code of another may end the process, as may V8's functions below. */
const engine = JSON.stringify([process.versions, process.arch, process.config]);

/** The name of the file with PostgreSQL's machine code for this Node. */
export const storedCodeFile = `postgres-${crc32(engine).toString(16)}.code`;

/** The build keeps it beside the bundle, and for the sources in its own folder. */
const folder = import.meta.url.endsWith(".ts") ? "../../../.builds/" : "./";

/** V8 rejects code that was stored under other flags, those of `stopOptimising` included. */
const flags = ["allow-natives-syntax", useOfHints] as const;

/**
 * PostgreSQL with the code that V8's optimising compiler made of it during the build, in 3 s of a core. Undefined where
 * there is none for this version of V8, this model of processor and this module.
 */
export function readStoredCode(
  modulePath: string,
  file: string | URL = new URL(folder + storedCodeFile, import.meta.url),
): WebAssembly.Module | undefined {
  try {
    const module = readFileSync(modulePath);
    const code = readCodeFile(file, module);
    if (code === undefined) return undefined;
    return callV8("DeserializeWasmModule", code.buffer, module) as WebAssembly.Module | undefined;
  } catch {
    return undefined;
  }
}

/** The file's content for a module that V8 has compiled under `useOfHints`. @throws where this engine is not V8 */
export function toStoredCode(compiled: WebAssembly.Module, module: Uint8Array): Buffer {
  const code = callV8("SerializeWasmModule", compiled) as ArrayBuffer;
  return toCodeFile(module, new Uint8Array(code));
}

/** Calls a function of V8 that has a name only under a flag. V8's tests keep compiled modules by these two. */
function callV8(name: string, ...values: readonly unknown[]): unknown {
  stopOptimising();
  const parameters = values.map((_value, index) => `v${index}`).join();
  return withFlags(flags, () => {
    // oxlint-disable-next-line typescript/no-implied-eval -- it can be named in no other way
    const call = new Function(parameters, `return %${name}(${parameters})`);
    return call(...values) as unknown;
  });
}
