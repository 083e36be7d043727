import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { readExactly } from "../../code-file.ts";

/** Which of PostgreSQL's functions a start calls; made by the build. */
export interface CompilationHints {
  /** The length in bytes of the WebAssembly module that they are for. */
  readonly length: number;
  /** Where their section goes: a custom section, which engines without hints ignore. */
  readonly at: number;
  /** The section, as base64. */
  readonly section: string;
}

/** The name of their file beside the bundle. */
export const hintsFile = "postgres-hints.json";

/** The build's hints; undefined where this is no build, or they cannot be read. */
export function readHints(): CompilationHints | undefined {
  try {
    return JSON.parse(
      readFileSync(new URL(hintsFile, import.meta.url), "utf8"),
    ) as CompilationHints;
  } catch {
    return undefined;
  }
}

/** A WebAssembly module's file, with the hints if they are for this one: read around their place, instead of copied. */
export function readModule(path: string, hints: CompilationHints | undefined): Buffer<ArrayBuffer> {
  if (hints?.length !== statSync(path).size) return readFileSync(path);
  const section = Buffer.from(hints.section, "base64");
  const module = Buffer.allocUnsafeSlow(hints.length + section.length);
  const file = openSync(path, "r");
  try {
    readExactly(file, module.subarray(0, hints.at), 0);
    section.copy(module, hints.at);
    readExactly(file, module.subarray(hints.at + section.length), hints.at);
  } finally {
    closeSync(file);
  }
  return module;
}
