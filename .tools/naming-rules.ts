// R7: no folder has more than 20 source files. R8: no exported name occurs twice, and no top-level name hides a
// global of ECMAScript or the DOM.

/** A module's path and its source. */
export interface Module {
  readonly path: string;
  readonly source: string;
}

/** Each name that several modules export, with the modules: `Name: a.ts, b.ts`. */
export function findTwins(modules: readonly Module[]): string[] {
  const places = new Map<string, Set<string>>();
  for (const { path, source } of modules)
    for (const [, name = ""] of source.matchAll(exported))
      places.set(name, (places.get(name) ?? new Set()).add(path));
  return [...places]
    .filter(([, paths]) => paths.size > 1)
    .map(([name, paths]) => `${name}: ${[...paths].sort().join(", ")}`)
    .sort();
}

/** Each top-level name that is also a global, with the module: `Name: a.ts`. */
export function findShadows(modules: readonly Module[], globals: ReadonlySet<string>): string[] {
  return modules
    .flatMap(({ path, source }) =>
      [...new Set(Array.from(source.matchAll(declared), ([, name = ""]) => name))]
        .filter((name) => globals.has(name))
        .map((name) => `${name}: ${path}`),
    )
    .sort();
}

/** The globals in TypeScript's declarations of the standard library. */
export function readGlobals(declarations: readonly string[]): Set<string> {
  return new Set(
    declarations.flatMap((text) => Array.from(text.matchAll(ambient), ([, name = ""]) => name)),
  );
}

const kinds = "(?:abstract )?(?:function\\*?|const|let|class|interface|type|enum)";
const exported = new RegExp(`^export (?:declare )?(?:async )?${kinds} (\\w+)`, "gm");
const declared = new RegExp(`^(?:export )?(?:declare )?(?:async )?${kinds} (\\w+)`, "gm");
const ambient = /^(?:declare )?(?:var|function|interface|type|class|namespace) (\w+)/gm;

/** Each folder with more than 20 files, with their number. */
export function findCrowded(paths: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > 20)
    .map(([folder, count]) => `${folder}: ${count} files`);
}
