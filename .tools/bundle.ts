import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { dictionary } from "@zxcvbn-ts/language-common";
import { build, type BuildOptions, type Plugin } from "esbuild";
import { buildPage, buildParts } from "./build-page.ts";
import { bundleNode } from "./bundle-node.ts";
import { shared } from "./bundle-options.ts";
import { copyReadable } from "./copy-readable.ts";

/** Bundles all that runtimes and command line need, except the database, into a folder. */
export async function bundleAll(folder: string): Promise<void> {
  await mkdir(join(folder, "documents"), { recursive: true });
  await mkdir(join(folder, "cloudflare/assets"), { recursive: true });
  await Promise.all([
    bundleNode(folder),
    bundleEdge(folder),
    copyAssets(folder),
    cp("README.md", join(folder, "documents/README.md")),
    cp("adapters/runtimes/cloudflare/wrangler.jsonc", join(folder, "cloudflare/wrangler.jsonc")),
  ]);
}

const apiPage = "node_modules/swagger-ui-dist";
const apiPageFiles = ["swagger-ui.css", "swagger-ui-bundle.js"];

async function copyAssets(folder: string): Promise<void> {
  const [page, admin] = await Promise.all([buildPage("chat"), buildPage("admin")]);
  const parts = Object.values(await buildParts());
  // Each runtime looks for the page's files beside its own.
  for (const target of [folder, join(folder, "cloudflare/assets")]) {
    await writeFile(join(target, "page.html"), page);
    await writeFile(join(target, "admin.html"), admin);
    await writeFile(
      join(target, "common-passwords.txt"),
      dictionary["passwords-common"].join("\n"),
    );
    await mkdir(join(target, "parts"), { recursive: true });
    for (const { name, code } of parts) await writeFile(join(target, "parts", name), code);
    for (const name of apiPageFiles) await cp(join(apiPage, name), join(target, "docs", name));
  }
  // Workers compress by themselves.
  await writeFile(join(folder, "page.html.gz"), gzipSync(page, { level: 9 }));
  await writeFile(join(folder, "admin.html.gz"), gzipSync(admin, { level: 9 }));
  for (const { name, code } of parts) {
    await writeFile(join(folder, "parts", `${name}.gz`), gzipSync(code, { level: 9 }));
  }
  for (const name of apiPageFiles) {
    const compressed = gzipSync(await readFile(join(apiPage, name)), { level: 9 });
    await writeFile(join(folder, "docs", `${name}.gz`), compressed);
  }
}

/** What the empty database depends on: the version of PGlite, and the code that makes it. */
const makers = [
  "node_modules/@electric-sql/pglite/package.json",
  "adapters/databases/pglite/prepare.ts",
  "adapters/databases/pglite/spare-files.ts",
];

/** Copies the empty database with which a first start begins, and makes it where that has changed. */
export async function copyDatabase(folder: string, cache: string): Promise<void> {
  const texts = await Promise.all(makers.map((path) => readFile(path, "utf8")));
  const version = texts.join("\n");
  if ((await readIfThere(join(folder, "database.json"))) === version) return;
  const made = join(cache, "database");
  if ((await readIfThere(`${made}.json`)) !== version) {
    const { prepareDirectory } = await import("../adapters/databases/pglite/prepare.ts");
    await rm(made, { recursive: true, force: true });
    await prepareDirectory(made);
    await writeFile(`${made}.json`, version);
  }
  await rm(join(folder, "database"), { recursive: true, force: true });
  copyReadable(made, join(folder, "database"));
  await writeFile(join(folder, "database.json"), version);
}

function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

/**
 * Bundles the handlers for a runtime without Node's modules, which fails unless they are pure; and the worker.
 */
async function bundleEdge(folder: string): Promise<void> {
  const forEdge = {
    ...shared,
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["import", "default"],
    minify: true,
    // Code that few requests need goes into chunks of its own, loaded at its first use.
    splitting: true,
    chunkNames: "chunk-[hash]",
  } satisfies BuildOptions;
  await Promise.all([
    build({
      ...forEdge,
      entryPoints: { index: "handlers/index.ts" },
      outdir: join(folder, "edge"),
    }),
    build({
      ...forEdge,
      target: "es2024",
      // The worker only checks the migrations' names; `docent migrate` applies them.
      loader: { ".sql": "empty" },
      plugins: [withoutNames],
      conditions: ["workerd", ...forEdge.conditions],
      // Provided by the platform.
      external: ["node:crypto", "node:buffer"],
      entryPoints: { worker: "adapters/runtimes/cloudflare/entry.ts" },
      outdir: join(folder, "cloudflare"),
    }),
  ]);
}

/**
 * Neon's driver restores its functions' names for stack traces, and defines its socket classes in a way that
 * prevents tree shaking; a worker has no room for either. The names below are those of the minified release.
 * With another release the patterns may not match, which the bundle's test detects.
 */
const withoutNames: Plugin = {
  name: "without-names",
  setup(bundling) {
    bundling.onLoad({ filter: /@neondatabase\/serverless\/index\.mjs$/ }, async ({ path }) => {
      const code = (await readFile(path, "utf8")).replaceAll("\\\n", "");
      const naming = /var (\w+)=\((\w+),(\w+)\)=>\w+\(\2,"name",\{value:\3,configurable:!0\}\)/;
      const name = naming.exec(code)?.[1];
      const call = new RegExp(`\\b${name}\\(([\\w$.]+),\\s*"[\\w$ .]*"\\)`, "g");
      const bare = name === undefined ? code : code.replace(call, "$1");
      const contents = bare
        .replace(/extends (\w+)\.(\w+)\{/g, "extends (/*@__PURE__*/(()=>$1.$2)()){")
        .replace(/var (export_\w+)=(\w+\.\w+);/g, "var $1=/*@__PURE__*/(()=>$2)();")
        .replace(/=\s*we\((\w+)\(\)\)/g, "=/*@__PURE__*/we(/*@__PURE__*/$1())")
        .replace(/=\s*(T|V)\(/g, "=/*@__PURE__*/$1(");
      return { contents, loader: "js" };
    });
  },
};
