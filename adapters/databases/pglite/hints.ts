import { readFileSync } from "node:fs";

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

/** The module with the hints, if they are for this one. */
export function insertHints(
  module: Buffer<ArrayBuffer>,
  hints: CompilationHints | undefined,
): Buffer<ArrayBuffer> {
  if (hints?.length !== module.length) return module;
  const section = Buffer.from(hints.section, "base64");
  return Buffer.concat([module.subarray(0, hints.at), section, module.subarray(hints.at)]);
}
