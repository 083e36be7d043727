import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bringUpToDate } from "../../adapters/databases/choose.ts";
import { createPostgresDatabase } from "../../adapters/databases/postgres/database.ts";
import { collectEvents, textOf } from "../support/events.ts";
import { startNeonStandIn, type NeonStandIn } from "../support/neon-stand-in.ts";
import {
  postgresBinaries,
  startPostgres,
  type PostgresServer,
} from "../support/postgres-server.ts";
import { postJson } from "../support/server-process.ts";
import { createRecordingLogger } from "../support/test-app.ts";
import { startWorker, type Worker } from "../support/workerd.ts";

const adminKey = "an operator's key for tests, of 32 bytes and more";

if (postgresBinaries === undefined) {
  test.skip("in workerd (skipped: no PostgreSQL server binaries found)");
} else {
  describe("in workerd, with Neon's driver", () => {
    let server: PostgresServer;
    let neon: NeonStandIn;
    let worker: Worker;
    beforeAll(async () => {
      server = await startPostgres();
      neon = await startNeonStandIn(server.url);
      const bindings = {
        DATABASE_URL: "postgresql://docent:right@ep-test.eu.neon.tech/postgres",
        JWT_SECRET: "a secret for tests, of more than thirty-two bytes",
        ADMIN_API_KEY: adminKey,
      };
      worker = await startWorker(bindings, neon.endpoint);
    });
    afterAll(async () => {
      await worker.stop();
      await neon.stop();
      await server.stop();
    });

    const get = (path: string) => fetch(worker.url + path);

    test("a database that was never migrated: it says what to run, and nothing else is served", async () => {
      expect(await (await get("/health")).json()).toEqual({ status: "healthy" });
      expect((await get("/ready")).status).toBe(503);
      const health = await get("/api/health");
      expect(health.status).toBe(503);
      expect(await health.json()).toMatchObject({ services: { database: "migration_due" } });
      const chat = await postJson(`${worker.url}/api/chat`, { message: "Hello" });
      expect(chat.status).toBe(503);
      await expect.poll(() => worker.log()).toContain("run `docent migrate`");
    });

    test("once migrated: health, documents, search and a streamed chat, without a restart", async () => {
      const database = createPostgresDatabase({ url: server.url });
      await bringUpToDate(database, createRecordingLogger().logger);
      await database.close();
      await expect.poll(async () => (await get("/ready")).status).toBe(200);
      expect(await (await get("/api/health")).json()).toMatchObject({
        status: "healthy",
        services: { database: "healthy" },
      });

      const document = { path: "boats.md", content: "# Boats\n\nBoats float on water." };
      const authorization = `Bearer ${adminKey}`;
      const added = await postJson(`${worker.url}/api/documents`, document, { authorization });
      expect(added.status).toBe(201);
      const found = await (await get("/api/search?q=boats")).json();
      expect(found.passages[0]).toMatchObject({ path: "boats.md" });

      const chat = await postJson(`${worker.url}/api/chat`, { message: "Do boats float?" });
      const events = await collectEvents(chat);
      expect(events[0]?.data).toMatchObject({ type: "metadata" });
      expect(textOf(events)).toContain("Boats float on water");
      expect(events.at(-1)?.data).toMatchObject({ type: "done", finish_reason: "stop" });
      expect(await (await get("/health/circuits")).json()).toMatchObject({
        database: { state: "closed", failure_count: 0 },
      });
    });
  });
}
