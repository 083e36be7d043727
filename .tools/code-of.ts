import type { Script } from "node:vm";
import { setFlagsFromString } from "node:v8";
import { optimisations } from "../adapters/databases/pglite/flags.ts";

/** What V8 has compiled of a script so far. V8 takes it under the same flags: those of a start, before PostgreSQL's. */
export function codeOf(script: Script): Buffer {
  for (const flag of optimisations) setFlagsFromString(`--${flag}`);
  return script.createCachedData();
}
