/**
 * V8's flags that are off while PostgreSQL runs: optimising its expression interpreter takes V8 600 MB and a second or
 * two of a core. V8's baseline code opens in half the memory and loses 0–35 % on long scans only.
 */
export const optimisations = ["wasm-tier-up", "wasm-dynamic-tiering"] as const;
