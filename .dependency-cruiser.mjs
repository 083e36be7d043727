// The import rules R1–R6 of the architecture. `.tools/check-imports.ts` runs them.
const feature = "^handlers/(auth|tasks|documents|chat|health|openapi|web)/";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, pathNot: "\\.d\\.ts$|^test/|^\\.tools/" },
      to: {},
    },
    {
      name: "R1-handlers-are-pure",
      severity: "error",
      from: { path: "^handlers/" },
      to: { path: "^(adapters|test|\\.tools)/" },
    },
    {
      name: "R1-handlers-use-no-node",
      severity: "error",
      from: { path: "^handlers/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "R2-features-do-not-import-each-other",
      severity: "error",
      from: { path: feature },
      to: { path: feature, pathNot: "^handlers/$1/" },
    },
    {
      name: "R3-driven-adapters-know-ports-only",
      severity: "error",
      from: { path: "^adapters/(?!runtimes/|compose|[^/]+\\.ts$)" },
      to: { path: "^handlers/(?!ports/|contract/|lib/)" },
    },
    {
      name: "R4-only-runtimes-and-compose-know-adapters",
      severity: "error",
      from: { path: "^adapters/(?!runtimes/|compose)([^/]+)/" },
      to: { path: "^adapters/[^/]+/", pathNot: "^adapters/($1|http)/" },
    },
    {
      name: "R5-only-routes-and-dialects-know-http",
      severity: "error",
      from: {
        path: feature,
        pathNot: "/routes\\.ts$|^handlers/chat/dialects/|^handlers/(web|openapi)/",
      },
      // What a route counted and checked travels on to verbs as one value.
      to: { path: "^handlers/http/", pathNot: "^handlers/http/(access|rate-limits)/" },
    },
    {
      name: "R5-only-stores-write-sql",
      severity: "error",
      from: { path: "^handlers/", pathNot: "/store" },
      to: { path: "^handlers/lib/sql\\.ts$" },
    },
    {
      name: "R5-stores-and-verbs-do-not-know-routes",
      severity: "error",
      from: { path: feature, pathNot: "/routes\\.ts$" },
      to: { path: "/routes\\.ts$" },
    },
    {
      name: "R6-ports-import-ports-only",
      severity: "error",
      from: { path: "^handlers/ports/" },
      to: { path: ".", pathNot: "^handlers/ports/" },
    },
    {
      name: "only-the-router-knows-itty",
      severity: "error",
      from: { path: "^(handlers|adapters)/", pathNot: "^handlers/http/router\\.ts$" },
      to: { path: "node_modules/itty-router" },
    },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      extensions: [".ts", ".mjs", ".js", ".json", ".sql"],
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "default"],
    },
  },
};
