import { afterAll, beforeAll, describe } from "vitest";
import { describeRuntime, runtimeEnvironment, type RunningRuntime } from "../contracts/runtime.ts";
import { startHeldModel, type HeldModel } from "../support/stand-ins/held-model.ts";
import { postgresBinaries } from "../support/servers/postgres-server.ts";
import { runtimeRows } from "../support/runtime-features.ts";
import { startDatabases, starts, type Databases } from "../support/servers/runtimes.ts";
import { cleanUp } from "../support/servers/server-process.ts";

const rows = runtimeRows.map((row) => ({
  ...row,
  start: starts[`${row.name}, ${row.database}` as keyof typeof starts],
  canRun: row.database === "embedded" || postgresBinaries !== undefined,
}));

let databases: Databases | undefined;
let model: HeldModel;
const running = new Map<unknown, Promise<RunningRuntime>>();

beforeAll(async () => {
  [model, databases] = await Promise.all([
    startHeldModel(),
    postgresBinaries === undefined ? undefined : startDatabases(),
  ]);
  const environment = {
    ...runtimeEnvironment,
    OPENAI_API_KEY: "for-tests",
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: "held",
  };
  // All at once: most of a start is waiting.
  for (const row of rows) if (row.canRun) running.set(row, row.start({ environment, databases }));
  await Promise.all(running.values());
});
afterAll(async () => {
  for (const runtime of running.values()) await (await runtime).stop();
  await cleanUp();
  await databases?.stop();
  await model.stop();
});

for (const row of rows) {
  const name = `${row.name}, ${row.database}`;
  if (!row.canRun) {
    console.warn(`runtime contract: ${name} is skipped: no PostgreSQL server binaries found`);
    describe.skip(`runtime contract: ${name}`);
    continue;
  }
  const start = async () => {
    const started = await running.get(row);
    if (!started) throw new Error(`${name} was not started`);
    return { ...started, release: () => model.release() };
  };
  describeRuntime(name, start, row.exceptions);
}
