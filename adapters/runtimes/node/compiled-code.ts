import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { optimisations } from "../../databases/pglite/flags.ts";

/** The folder beside the bundle with what V8 compiled of it when the build answered a question. */
export const compiledFolder = "compiled";

/**
 * Has Node take a module's compiled code from the build, and functions are not compiled again when they are called. Node
 * ignores code of another version, and adds at the end what was missing. Does nothing where the build made none.
 */
export function useCompiledCode(): void {
  const directory = fileURLToPath(new URL(compiledFolder, import.meta.url));
  if (!existsSync(directory)) return;
  enableCompileCache(directory);
  // For threads, which have a cache of their own.
  process.env["NODE_COMPILE_CACHE"] ??= directory;
}

/**
 * Call when the process is to end, which is when Node keeps code. V8 takes it only under the flags that it was kept under:
 * those of a start, before the database's thread sets its own.
 */
export function resetFlags(): void {
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  for (const flag of optimisations) setFlagsFromString(`--${flag}`);
}
