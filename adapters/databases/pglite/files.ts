import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const { resolve } = createRequire(import.meta.url);

/** The path of a file that PGlite's package brings along. */
export function pgliteFile(name: string): string {
  return join(dirname(resolve("@electric-sql/pglite")), name);
}

/** The path of pgvector's archive. */
export function vectorFile(): string {
  return join(dirname(resolve("@electric-sql/pglite-pgvector")), "vector.tar.gz");
}
