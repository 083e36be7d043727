import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresBinaries } from "../support/servers/postgres-server.ts";
import { runCli } from "../support/servers/run-cli.ts";
import { startDatabases, type Databases } from "../support/servers/runtimes.ts";
import { postJson } from "../support/servers/server-process.ts";
import { startWorker, type Worker } from "../support/servers/workerd.ts";

describe("without a database in its settings", () => {
  test("it says what is missing and stays up", async () => {
    const worker = await startWorker();
    const health = await (await fetch(`${worker.url}/api/health`)).json();
    expect(health.status).toBe("unhealthy");
    expect((await postJson(`${worker.url}/api/chat`, { message: "Hello" })).status).toBe(503);
    expect((await fetch(`${worker.url}/health`)).status).toBe(200);
    await worker.stop();
  });
});

if (postgresBinaries === undefined) {
  test.skip("a database that was never migrated (skipped: no PostgreSQL server binaries found)");
} else {
  describe("with a database that was never migrated", () => {
    let databases: Databases;
    let worker: Worker;
    let migrate: () => ReturnType<typeof runCli>;
    beforeAll(async () => {
      databases = await startDatabases();
      const { url, settings: bindings } = await databases.make("Neon", "empty");
      const environment = { ...bindings, DATABASE_URL: url };
      migrate = () => runCli(["migrate"], { environment });
      worker = await startWorker({ bindings, neon: databases.neon });
    });
    afterAll(async () => {
      await worker.stop();
      await databases.stop();
    });
    const get = (path: string) => fetch(worker.url + path);

    test("it says what to run, and serves once that was done, without a restart", async () => {
      expect(await (await get("/health")).json()).toEqual({ status: "healthy" });
      expect((await get("/ready")).status).toBe(503);
      const health = await get("/api/health");
      expect(health.status).toBe(503);
      expect(await health.json()).toMatchObject({ services: { database: "migration_due" } });
      const chat = await postJson(`${worker.url}/api/chat`, { message: "Hello" });
      expect(chat.status).toBe(503);
      await expect.poll(() => worker.log()).toContain("run `docent migrate`");

      expect((await migrate()).stdout).toContain("The database is up to date.");
      await expect.poll(async () => (await get("/ready")).status).toBe(200);
      expect(await (await get("/api/health")).json()).toMatchObject({
        status: "healthy",
        services: { database: "healthy" },
      });
      expect(await (await get("/health/circuits")).json()).toMatchObject({
        database: { state: "closed", failure_count: 0 },
      });
    });
  });
}
