import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";
import { forNode } from "./bundle-options.ts";

/**
 * Bundles the server for Node, and its database's thread: each as one script whose compiled code the build can keep, and
 * a small module that runs it.
 *
 * @param define esbuild's, with the names of the other threads
 */
export async function bundleScripts(
  folder: string,
  define: Readonly<Record<string, string>>,
): Promise<void> {
  const thread = await bundleScript(folder, {
    name: "pglite-script",
    source: "adapters/databases/pglite/thread.ts",
    // PGlite as well, of which a thread needs the half.
    plugins: [pgliteInScript],
    external: [],
    prologue: `const pgliteUrl = require("node:url").pathToFileURL(require.resolve("@electric-sql/pglite")).href;`,
    define,
  });
  const entry = await bundleEntry(folder, "pglite-entry", "[name]-[hash]", thread);
  const server = await bundleScript(folder, {
    name: "server-script",
    source: "adapters/runtimes/node/serve.ts",
    define: { ...define, PGLITE_THREAD: JSON.stringify(`./${entry}`) },
  });
  await bundleEntry(folder, "server", "[name]", server);
}

type ScriptOptions = Pick<BuildOptions, "plugins" | "external" | "define"> & {
  readonly name: string;
  readonly source: string;
  /** Statements before all others. */
  readonly prologue?: string;
};

const { banner: _forModules, ...forScripts } = forNode;

/** Returns the file's name, which holds its content's hash. */
function bundleScript(folder: string, options: ScriptOptions): Promise<string> {
  const { name, source, plugins = [], define = {}, prologue = "", ...rest } = options;
  return bundleOne({
    ...forScripts,
    ...rest,
    entryPoints: { [name]: source },
    entryNames: "[name]-[hash]",
    outExtension: { ".js": ".cjs" },
    outdir: folder,
    format: "cjs",
    // A script cannot import; what it would load later is part of it.
    supported: { "dynamic-import": false },
    plugins: [...forNode.plugins, ...plugins],
    define: { ...define, "import.meta.url": "scriptUrl" },
    banner: {
      js: `(function (require, module, scriptUrl, importModule) {"use strict";${prologue}`,
    },
    footer: { js: "})" },
  });
}

function bundleEntry(
  folder: string,
  name: string,
  entryNames: string,
  script: string,
): Promise<string> {
  return bundleOne({
    ...forScripts,
    inject: [],
    entryPoints: { [name]: "adapters/runtimes/node/entry.ts" },
    entryNames,
    outdir: folder,
    define: { SCRIPT: JSON.stringify(`./${script}`) },
  });
}

async function bundleOne(options: BuildOptions): Promise<string> {
  const { metafile } = await build({ ...options, minify: true, metafile: true });
  const path = Object.keys(metafile?.outputs ?? {}).find((name) => /\.c?js$/.test(name));
  if (path === undefined) throw new Error("esbuild made nothing");
  return basename(path);
}

/**
 * PGlite finds its files by its own URL, and imports Node's modules in functions that have a `require` of their own, which
 * esbuild's would be mistaken for.
 */
const pgliteInScript: Plugin = {
  name: "pglite-in-script",
  setup(bundling) {
    bundling.onLoad({ filter: /[\\/]pglite[\\/]dist[\\/][^\\/]+\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      return {
        contents: text
          .replaceAll("import.meta.url", "pgliteUrl")
          .replaceAll(/\bimport\((?=["'][^.])/g, "importModule("),
      };
    });
  },
};
