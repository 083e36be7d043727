import { setFlagsFromString } from "node:v8";

/**
 * V8's flags that are off while PostgreSQL runs: to optimise what is called often would take V8 a second or two of a core,
 * and up to 600 MB. What a start and an answer need is optimised by the build.
 */
export const optimisations = ["wasm-tier-up", "wasm-dynamic-tiering"] as const;

/** Turns them off for the whole process, and for good. */
export function stopOptimising(): void {
  for (const flag of optimisations) setFlagsFromString(`--no-${flag}`);
}

/** V8 reads the section of a module that names the functions to compile at once. */
export const useOfHints = "experimental-wasm-compilation-hints";

/** Sets flags of V8 that are off by default, for the whole process, while this runs. */
export function withFlags<Result>(flags: readonly string[], run: () => Result): Result {
  for (const flag of flags) setFlagsFromString(`--${flag}`);
  try {
    return run();
  } finally {
    for (const flag of flags) setFlagsFromString(`--no-${flag}`);
  }
}
