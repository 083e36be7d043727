import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes the declarations of the package's exports into dist/types, or into the given folder. `npm run check` checks them. */
const [folder = "dist/types"] = process.argv.slice(2);
execFileSync("node_modules/.bin/tsc", ["-p", ".tools/tsconfig.types.json", "--outDir", folder], {
  stdio: "inherit",
});

// The compiler leaves `./name.ts` in declarations, but only `./name.d.ts` will exist.
for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
  if (!name.endsWith(".d.ts")) continue;
  const path = join(folder, name);
  writeFileSync(
    path,
    readFileSync(path, "utf8").replaceAll(/(["'])(\.\.?\/[^"']+)\.ts\1/g, "$1$2.js$1"),
  );
}
