import { neonConfig } from "@neondatabase/serverless";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createCircuit } from "../../../adapters/circuit.ts";
import { createNeonDatabase } from "../../../adapters/databases/neon/database.ts";
import { createPostgresDatabase } from "../../../adapters/databases/postgres/database.ts";
import { migrate } from "../../../adapters/databases/migrate.ts";
import { superviseDatabase, type OpenDatabase } from "../../../adapters/databases/supervise.ts";
import { startNeonStandIn, type NeonStandIn } from "../../support/stand-ins/neon-stand-in.ts";
import {
  postgresBinaries,
  startPostgres,
  type PostgresServer,
} from "../../support/servers/postgres-server.ts";
import { startTcpProxy, type Fault, type TcpProxy } from "../../support/stand-ins/tcp-proxy.ts";
import { createRecordingLogger, createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { systemClock } from "../../../handlers/lib/time.ts";

/** Only what says nothing that can be read is ended by a deadline; no machine is too slow for the other. */
const deadlineOf = (fault: Fault) => (fault === "hang" || fault === "garbage" ? 1000 : 60_000);
const openMilliseconds = 1500;

/** What a request gets, and what opens the circuit, for each way to fail. */
const faults: readonly { fault: Fault; status: 200 | 503 }[] = [
  { fault: "refuse", status: 503 },
  { fault: "reset", status: 503 },
  { fault: "hang", status: 503 },
  { fault: "slow", status: 200 },
  { fault: "garbage", status: 503 },
  { fault: "cut", status: 503 },
];

const rejections: unknown[] = [];
const onRejection = (error: unknown) => rejections.push(error);
process.on("unhandledRejection", onRejection);
afterAll(() => {
  process.off("unhandledRejection", onRejection);
  expect(rejections).toEqual([]);
});

if (postgresBinaries === undefined) {
  test.skip("database faults (skipped: no PostgreSQL server binaries found)");
} else {
  let server: PostgresServer;
  let neon: NeonStandIn;
  beforeAll(async () => {
    server = await startPostgres();
    neon = await startNeonStandIn(server.url);
    const database = createPostgresDatabase({ url: server.url });
    await migrate(database, createRecordingLogger());
    await database.close();
  });
  afterAll(async () => {
    await neon.stop();
    await server.stop();
  });

  describe.each([
    {
      name: "postgres",
      target: () => Number(new URL(server.url).port),
      open: (port: number, deadlineMilliseconds: number) =>
        createPostgresDatabase({
          url: `postgresql://docent@127.0.0.1:${port}/postgres`,
          deadlineMilliseconds,
        }),
    },
    {
      name: "neon",
      target: () => neon.port,
      open: (port: number, deadlineMilliseconds: number) => {
        neonConfig.fetchEndpoint = `http://127.0.0.1:${port}/sql`;
        const url = "postgresql://docent:right@ep-test.eu.neon.tech/postgres";
        return createNeonDatabase({ url, deadlineMilliseconds });
      },
    },
  ])("$name behind a line that fails", ({ target, open }) => {
    let proxy: TcpProxy;
    let docent: TestApp;
    let lines: ReturnType<typeof createRecordingLogger>["lines"];
    beforeAll(async () => {
      proxy = await startTcpProxy(target());
    });
    afterEach(async () => {
      await proxy.set("pass");
      await docent.close();
    });
    // No connection is left behind by any of the failures; fetch keeps an idle one for some seconds.
    afterAll(async () => {
      await vi.waitFor(() => expect(proxy.open).toBe(0), { timeout: 120_000 });
      await proxy.stop();
    });

    async function start(connect: () => OpenDatabase): Promise<TestApp> {
      const recording = createRecordingLogger();
      lines = recording.lines;
      const clock = systemClock;
      const circuit = createCircuit({ name: "database", failures: 5, openMilliseconds, clock });
      const database = superviseDatabase(() => Promise.resolve(connect()), recording.logger, {
        circuit,
      });
      return createTestApp({}, { database });
    }
    const ask = () => docent.fetch("/api/search?q=boats");
    const asksWell = async () => (await ask()).status;
    const circuit = async () => (await (await docent.fetch("/health/circuits")).json()).database;
    const readiness = async () => (await docent.fetch("/ready")).status;

    test.each(faults)("$fault: $status, and back again", async ({ fault, status }) => {
      docent = await start(() => open(proxy.port, deadlineOf(fault)));
      await expect.poll(asksWell).toBe(200);
      await proxy.set(fault);
      const response = await ask();
      expect(response.status).toBe(status);
      if (status === 503) {
        expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
        expect(await response.json()).toMatchObject({ code: "unavailable" });
        expect(await readiness()).toBe(503);
        expect((await docent.fetch("/health")).status).toBe(200);
        // At once: one that hangs takes each of them its deadline.
        for (let round = 0; round < 3 && (await circuit()).state === "closed"; round += 1)
          await Promise.all(Array.from({ length: 5 }, ask));
        const { state, failure_count: failures, retry_at: retryAt } = await circuit();
        expect(["open", "half_open"]).toContain(state);
        expect(failures).toBeGreaterThanOrEqual(5);
        expect(Date.parse(retryAt)).toBeGreaterThan(0);
      } else {
        expect(await circuit()).toMatchObject({ state: "closed", failure_count: 0 });
      }

      await proxy.set("pass");
      await expect.poll(asksWell).toBe(200);
      expect(await readiness()).toBe(200);
      expect(await circuit()).toEqual({
        state: "closed",
        failure_count: 0,
        opened_at: null,
        retry_at: null,
      });
      const text = JSON.stringify(lines);
      expect(text).not.toMatch(/127\.0\.0\.1|neon\.tech|right|docent@/);
    });
  });
}
