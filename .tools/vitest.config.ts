import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [
    {
      // The same meaning esbuild's text loader gives these files in the bundle.
      name: "sql-as-text",
      transform(code, id) {
        return id.endsWith(".sql") ? `export default ${JSON.stringify(code)};` : undefined;
      },
    },
  ],
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ".tools/build-for-tests.ts",
    setupFiles: ["test/support/forbid-leaks.ts"],
    // Most tests wait for a server or a page; vitest's own default leaves a machine of two cores idle.
    maxWorkers: availableParallelism() + 1,
    // These end what hangs. A busy machine takes tens of seconds for what takes one on an idle one.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    reporters: process.env["CI"] ? ["default"] : ["dot"],
  },
});
