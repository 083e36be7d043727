import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const startsProcesses = ({ moduleId }: TestSpecification) =>
  /\/test\/(runtimes|browser|clients|adapters\/databases)\//.test(moduleId);

/** Tests that start processes go first: vitest's order is by size, and one of these may be small and take long. */
class ProcessesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [
      ...sorted.filter((file) => startsProcesses(file)),
      ...sorted.filter((file) => !startsProcesses(file)),
    ];
  }
}

export default defineConfig({
  plugins: [
    {
      // As esbuild's text loader does in the bundle.
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
    // Two more than cores, because most tests wait for a server or a page; vitest's default leaves a machine of
    // two cores idle.
    maxWorkers: availableParallelism() + 2,
    // Test files share a process, what it has compiled and its databases: 2.5 times less work than one process each.
    isolate: false,
    sequence: { sequencer: ProcessesFirst },
    // Only for tests that hang: a busy machine takes tens of seconds for what an idle one does in one.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    reporters: process.env["CI"] ? ["default"] : ["dot"],
  },
});
