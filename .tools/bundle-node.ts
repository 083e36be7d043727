import { basename } from "node:path";
import { build } from "esbuild";
import { forNode } from "./bundle-options.ts";
import { bundleScripts } from "./bundle-scripts.ts";

/** By name: the constant that holds the file's name in the bundle, and the source. */
const threads = {
  "pglite-thread": ["PGLITE_THREAD", "adapters/databases/pglite/thread.ts"],
  "embedder-thread": ["EMBEDDER_THREAD", "adapters/embedders/local/thread.ts"],
} as const;

/**
 * Bundles the worker threads' programs under names with their content's hash, so that a running server restarts a
 * thread from its own build and not from a newer one. Returns esbuild's `define` with the names.
 */
async function bundleThreads(folder: string): Promise<Record<string, string>> {
  const { metafile } = await build({
    ...forNode,
    entryPoints: Object.entries(threads).map(([name, [, source]]) => ({ in: source, out: name })),
    entryNames: "[name]-[hash]",
    outdir: folder,
    minify: true,
    metafile: true,
  });
  const outputs = Object.entries(metafile.outputs);
  return Object.fromEntries(
    Object.values(threads).map(([constant, source]) => {
      const [path] = outputs.find(([, { entryPoint }]) => entryPoint === source) ?? [];
      if (path === undefined) throw new Error(`no bundle was made of ${source}`);
      return [constant, JSON.stringify(`./${basename(path)}`)];
    }),
  );
}

/** Bundles what runs on Node, Deno, Bun and Vercel: each program for itself, and the threads. */
export async function bundleNode(folder: string): Promise<void> {
  const define = await bundleThreads(folder);
  await bundleScripts(folder, define);
  // For itself: parts that only one program needs would else be files of their own, each of which a start reads.
  await build({
    ...forNode,
    define,
    entryPoints: { docent: "adapters/runtimes/cli/entry.ts" },
    outdir: folder,
    splitting: true,
    minify: true,
    chunkNames: "chunk-[hash]",
  });
  // Without node:http, the platform's own Response is the fast one.
  const { inject: _light, ...plain } = forNode;
  await build({
    ...plain,
    define,
    entryPoints: {
      "node-app": "adapters/runtimes/node/app.ts",
      deno: "adapters/runtimes/deno/entry.ts",
      bun: "adapters/runtimes/bun/entry.ts",
      vercel: "adapters/runtimes/vercel/entry.ts",
    },
    outdir: folder,
    splitting: true,
    minify: true,
    chunkNames: "chunk-[hash]",
  });
}
