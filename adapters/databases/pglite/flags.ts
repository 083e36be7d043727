import { setFlagsFromString } from "node:v8";

/**
 * V8's flags that are off while PostgreSQL runs as V8's baseline compiler made it: optimising its expression interpreter
 * takes V8 600 MB and a second or two of a core. Baseline code opens in half the memory and loses 0–35 % on long scans
 * only.
 */
export const optimisations = ["wasm-tier-up", "wasm-dynamic-tiering"] as const;

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
