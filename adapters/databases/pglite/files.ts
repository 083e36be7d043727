import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The path of a file that PGlite's package brings along. */
export function pgliteFile(name: string): string {
  const main = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  return join(dirname(main), name);
}
