import type { BuildOptions, Plugin } from "esbuild";

/** esbuild's options for every runtime. */
export const shared = {
  bundle: true,
  format: "esm",
  target: "node22",
  loader: { ".sql": "text" },
  sourcemap: true,
  // Writes other scripts' letters unescaped, because an escaped one takes six bytes.
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  // Its own choice for Node holds a JSON Schema validator of 8,000 lines, which Docent does not use.
  alias: {
    "@modelcontextprotocol/server/_shims":
      "./node_modules/@modelcontextprotocol/server/dist/shimsBrowser.mjs",
  },
} satisfies BuildOptions;

/**
 * Takes node:http and node:util as `require` gives them. An `import` reads all exports, and some of them load what
 * `fetch`, WebSocket and `util.diff` are made of, which would take as much time as all the rest of a bare server's start.
 */
const withoutFetch: Plugin = {
  name: "without-fetch",
  setup(bundling) {
    const namespace = "builtin";
    bundling.onResolve({ filter: /^node:(http|util)$/ }, ({ path }) => ({ path, namespace }));
    bundling.onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule("${path}");`,
    }));
  },
};

/** esbuild's options for Node. */
export const forNode = {
  ...shared,
  platform: "node",
  plugins: [withoutFetch],
  alias: {
    ...shared.alias,
    // As a module of its own it loads all its parts; of these, only the used ones are bundled.
    "@whatwg-node/fetch": "./node_modules/@whatwg-node/node-fetch/esm/index.js",
  },
  external: ["@electric-sql/*", "onnxruntime-node"],
  inject: ["adapters/runtimes/node/light-response.ts"],
  // The light Response is CommonJS and requires Node's modules.
  banner: {
    js: 'import { createRequire as createRequireForBundle } from "node:module"; const require = createRequireForBundle(import.meta.url);',
  },
} satisfies BuildOptions;
