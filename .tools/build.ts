import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type BuildOptions } from "esbuild";
import { buildPage } from "./build-page.ts";
import { stamp } from "./stale.ts";

const shared = {
  bundle: true,
  format: "esm",
  target: "node22",
  loader: { ".sql": "text" },
  sourcemap: true,
  legalComments: "none",
  logLevel: "warning",
} satisfies BuildOptions;

/** Everything `npm start` and the command line run, into dist/. */
async function buildAll(): Promise<void> {
  await mkdir("dist/documents", { recursive: true });
  await Promise.all([
    buildNode(),
    buildEdge(),
    buildPage().then((page) => writeFile("dist/page.html", page)),
    cp("README.md", "dist/documents/README.md"),
    ...["swagger-ui.css", "swagger-ui-bundle.js"].map((name) =>
      cp(join("node_modules/swagger-ui-dist", name), join("dist/docs", name)),
    ),
    prepareDatabase(),
  ]);
}

/** How everything that runs on Node is bundled. */
export const forNode = {
  ...shared,
  platform: "node",
  external: ["@electric-sql/*"],
  inject: ["adapters/runtimes/light-response.ts"],
  // The light Response is CommonJS inside and asks for node's modules by require.
  banner: {
    js: 'import { createRequire as createRequireForBundle } from "node:module"; const require = createRequireForBundle(import.meta.url);',
  },
} satisfies BuildOptions;

async function buildNode(): Promise<void> {
  await removeChunks();
  await build({
    ...forNode,
    entryPoints: {
      server: "adapters/runtimes/node.ts",
      docent: "adapters/runtimes/cli.ts",
      "pglite-thread": "adapters/databases/pglite/thread.ts",
    },
    outdir: "dist",
    splitting: true,
    minify: true,
    chunkNames: "chunk-[hash]",
  });
  // Where the server is not node:http, the platform's own Response is the fast one.
  const { inject: _light, ...plain } = forNode;
  await build({
    ...plain,
    entryPoints: {
      "node-app": "adapters/runtimes/node-app.ts",
      deno: "adapters/runtimes/deno.ts",
      bun: "adapters/runtimes/bun.ts",
    },
    outdir: "dist",
    splitting: true,
    minify: true,
    chunkNames: "chunk-[hash]",
  });
}

async function removeChunks(): Promise<void> {
  for (const name of await readdir("dist")) {
    if (name.startsWith("chunk-")) await rm(`dist/${name}`);
  }
}

/** The empty database that a first start copies: made again only for another PGlite. */
async function prepareDatabase(): Promise<void> {
  const version = await readFile("node_modules/@electric-sql/pglite/package.json", "utf8");
  const made = await readFile("dist/database.json", "utf8").catch(() => undefined);
  if (made === version) return;
  const { prepareDirectory } = await import("../adapters/databases/pglite/prepare.ts");
  await rm("dist/database", { recursive: true, force: true });
  await prepareDirectory("dist/database");
  await writeFile("dist/database.json", version);
}

/** The handlers alone, for a runtime with nothing of Node's: fails where they are not pure. */
async function buildEdge(): Promise<void> {
  await build({
    ...shared,
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["import", "default"],
    entryPoints: { index: "handlers/index.ts" },
    outdir: "dist/edge",
    minify: true,
  });
}

const startedAt = performance.now();
await buildAll();
await writeFile(stamp, "");
console.error(`built in ${Math.round(performance.now() - startedAt)} ms`);
