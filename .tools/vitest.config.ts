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
    setupFiles: ["test/support/forbid-leaks.ts"],
    // Most tests wait for a server or a page; vitest's own default leaves a machine of two cores idle.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A busy machine may take seconds over what takes milliseconds on an idle one.
    expect: { poll: { timeout: 15_000 } },
    reporters: process.env["CI"] ? ["default"] : ["dot"],
  },
});
