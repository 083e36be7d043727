import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { createPgliteDatabase } from "../../../adapters/databases/pglite/database.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import { createMemoryLogger } from "../../support/apps/logger.ts";
import { built } from "../../support/servers/built.ts";
import {
  cleanUp,
  postJson,
  startServer,
  type ServerProcess,
} from "../../support/servers/server-process.ts";
import { mountSmallDisk, type SmallDisk } from "../../support/servers/small-disk.ts";

const probe = mountSmallDisk(1);
if (typeof probe === "string") {
  console.log(`a full disk: skipped, because ${probe}`);
  test.skip(`a full disk (skipped: ${probe})`);
} else {
  probe.remove();
  afterAll(cleanUp);

  test("a log that cannot grow, after which the engine would spin: the thread is replaced", async () => {
    const disk = mountSmallDisk(64);
    if (typeof disk === "string") throw new Error(disk);
    onTestFinished(() => disk.remove());
    const logger = createMemoryLogger();
    const directory = join(disk.path, "data");
    const preparedDirectory = built("database");
    const database = createPgliteDatabase({ directory, preparedDirectory, logger });
    await database.open();
    await database.query(
      sql`create table rows as select 0 as n, '' as body from generate_series(1, 300)`,
    );
    // Updates in place need no space but the log's.
    const write = (n: number) =>
      database.query(sql`update rows set n = ${n}::int, body = md5(random()::text)`);
    for (let n = 1; n < 100; n += 1) await write(-n);
    disk.fill(1_500_000);
    let acknowledged = 0;
    const fill = async () => {
      for (;;) {
        await write(acknowledged + 1);
        acknowledged += 1;
      }
    };
    const full = { code: "unavailable", retryable: true, message: expect.stringContaining("full") };
    await expect(fill()).rejects.toMatchObject(full);
    for (const _ of [1, 2]) await expect(database.query(sql`select 1`)).rejects.toMatchObject(full);
    disk.empty();
    const rows = await database.query<{ n: number }>(sql`select distinct n from rows`);
    expect(rows).toEqual([{ n: acknowledged }]);
    expect(acknowledged).toBeGreaterThan(0);
    await database.close();
  });

  describe("a full disk", () => {
    let disk: SmallDisk;
    let server: ServerProcess;
    let bearer: { authorization: string };
    const acknowledged = new Set<string>();
    beforeEach(async () => {
      const mounted = mountSmallDisk(110);
      if (typeof mounted === "string") throw new Error(mounted);
      disk = mounted;
      acknowledged.clear();
      server = await start("ready");
      const account = { email: "ada@example.org", password: "a long enough password" };
      const response = await postJson(`${server.url}/api/auth/register`, account);
      bearer = { authorization: `Bearer ${(await response.json()).access_token}` };
    });
    afterEach(async () => {
      try {
        await server?.end("SIGKILL");
      } finally {
        disk?.remove();
      }
    });

    const start = (until: "ready" | "listening") =>
      startServer({
        dataDirectory: join(disk.path, "data"),
        environment: { READ_RATE_LIMIT: "100000/60s" },
        until,
      });
    const statusOf = async (path: string) => (await fetch(`${server.url}${path}`)).status;
    const health = async () => (await fetch(`${server.url}/api/health`)).json();

    /** Writes one task, and returns the status. */
    async function write(): Promise<number> {
      const task = { title: "Fill", description: incompressible(1000) };
      const response = await postJson(`${server.url}/api/tasks`, task, bearer);
      const { id, code } = await response.json();
      if (response.status === 201) acknowledged.add(id);
      else expect({ status: response.status, code }).toEqual({ status: 503, code: "unavailable" });
      return response.status;
    }

    async function writeUntilRefused(): Promise<void> {
      for (let count = 0; count < 20_000; count += 1) if ((await write()) === 503) return;
      throw new Error("the disk took everything");
    }

    async function listTasks(): Promise<Set<string>> {
      const found = new Set<string>();
      let cursor = "";
      do {
        const path = `/api/tasks?limit=100${cursor && `&cursor=${cursor}`}`;
        const response = await fetch(`${server.url}${path}`, { headers: bearer });
        const { tasks, next_cursor } = await response.json();
        for (const { id } of tasks) found.add(id);
        cursor = next_cursor ?? "";
      } while (cursor !== "");
      return found;
    }

    async function expectAllThere(): Promise<void> {
      const found = await listTasks();
      expect([...acknowledged].filter((id) => !found.has(id))).toEqual([]);
      expect(acknowledged.size).toBeGreaterThan(0);
    }

    /** Fills the disk by writing, after which whatever the engine does, nothing hangs. */
    async function fillUp(): Promise<void> {
      disk.fill(1_500_000);
      await writeUntilRefused();
      for (let again = 0; again < 3; again += 1) expect(await write()).toBe(503);
      expect(await health()).toMatchObject({
        status: "unhealthy",
        services: { database: "unhealthy" },
        storage: { state: "full" },
      });
      expect(await statusOf("/health")).toBe(200);
      expect(await statusOf("/ready")).toBe(503);
    }

    /** Gives the disk space again, after which the server goes on by itself. */
    async function makeRoom(): Promise<void> {
      disk.empty();
      await expect.poll(() => statusOf("/ready")).toBe(200);
      expect(await write()).toBe(201);
      await expectAllThere();
      await expect.poll(health).toMatchObject({ status: "healthy", storage: { state: "ok" } });
    }

    /** The lines that say so, one for each outage. */
    const saidFull = () =>
      server
        .log()
        .split("\n")
        .filter((line) => line.includes("database not available"))
        .filter((line) => line.includes("disk is full: free space on it"));

    test("answers 503 and says so, also while it stops and starts, and goes on by itself once there is space: nothing acknowledged is lost", async () => {
      expect(await health()).toMatchObject({ storage: { state: "ok" } });
      await fillUp();
      await makeRoom();
      await fillUp();
      await expect.poll(saidFull).toHaveLength(2);
      expect(server.log()).toContain("the disk of DATA_DIR is nearly full");
      expect(server.log()).not.toContain("nhandled");
      expect(await server.end("SIGTERM")).toBe(0);
      server = await start("listening");
      await expect.poll(health).toMatchObject({ storage: { state: "full" } });
      expect(await statusOf("/ready")).toBe(503);
      await expect.poll(saidFull).toHaveLength(1);
      expect(server.log()).not.toContain("nearly full");
      await makeRoom();
      expect(await server.end("SIGTERM")).toBe(0);
    });
  });
}

/** Characters of three bytes each. */
function incompressible(characters: number): string {
  const random = crypto.getRandomValues(new Uint16Array(characters));
  return String.fromCodePoint(...random.map((number) => 0x4e00 + (number % 0x5000)));
}
