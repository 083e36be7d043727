// The import rules R1–R6 of the architecture. `.tools/check-imports.ts` runs them.
// Every other folder of handlers/ is a feature, so a new one is held to the rules at once.
const feature = "^handlers/(?!contract/|http/|lib/|ports/|settings/)([^/]+)/";

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
        pathNot: "/(routes|assemble)\\.ts$|^handlers/chat/dialects/|^handlers/(web|openapi)/",
      },
      // Who calls, and the checks that a route leaves to its statement, travel on to verbs as values.
      to: {
        path: "^handlers/http/",
        pathNot: "^handlers/http/access/(identity|admission)\\.ts$",
      },
    },
    {
      name: "R5-verbs-and-stores-know-the-type-of-an-admission-only",
      severity: "error",
      from: {
        path: feature,
        pathNot: "/(routes|assemble)\\.ts$|^handlers/chat/dialects/",
      },
      to: {
        path: "^handlers/http/access/admission\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "R5-only-stores-write-sql",
      severity: "error",
      // An admission writes the checks that a store's statement begins with.
      from: { path: "^handlers/", pathNot: "/store|^handlers/http/access/admission\\.ts$" },
      to: { path: "^handlers/lib/sql\\.ts$" },
    },
    {
      name: "R5-stores-and-verbs-do-not-know-routes",
      severity: "error",
      // A feature's assemble.ts puts it together for app.ts.
      from: { path: feature, pathNot: "/(routes|assemble)\\.ts$" },
      to: { path: "/(routes|assemble)\\.ts$" },
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
