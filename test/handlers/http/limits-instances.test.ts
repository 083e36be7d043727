import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate } from "../../../adapters/databases/migrate.ts";
import { superviseDatabase } from "../../../adapters/databases/supervise.ts";
import { postFrom } from "../../support/clients/from-address.ts";
import { createPostgresDatabase } from "../../../adapters/databases/postgres/database.ts";
import {
  postgresBinaries,
  startPostgres,
  type PostgresServer,
} from "../../support/servers/postgres-server.ts";
import { createRecordingLogger, createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const environment = { CHAT_RATE_LIMIT: "10/1h" };

describe.skipIf(postgresBinaries === undefined)("two instances on one PostgreSQL", () => {
  let server: PostgresServer;
  const instances: TestApp[] = [];
  beforeAll(async () => {
    server = await startPostgres();
    const { logger } = createRecordingLogger();
    for (let index = 0; index < 2; index += 1) {
      const database = superviseDatabase(async () => {
        const opened = createPostgresDatabase({ url: server.url });
        await migrate(opened, { logger });
        return opened;
      }, logger);
      instances.push(await createTestApp(environment, { database }));
    }
  });
  afterAll(async () => {
    for (const instance of instances) await instance.close();
    await server.stop();
  });

  /** In turns to both. */
  const postAll = (count: number, address: string, path: string, body: object) =>
    Array.from({ length: count }, (_, index) => {
      const instance = instances[index % instances.length];
      if (!instance) throw new Error("no instance");
      return postFrom(instance, address)(path, body);
    });
  const askAll = (address: string, count: number) =>
    postAll(count, address, "/api/chat", { message: "Hello" });

  test("let exactly the limit's number of 200 messages through, over more than a second", async () => {
    const first = await Promise.all(askAll("192.0.2.1", 100));
    await sleep(1100);
    const second = await Promise.all(askAll("192.0.2.1", 100));
    const statuses = [...first, ...second].map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(190);
    await Promise.all([...first, ...second].map((response) => response.text()));
  });

  test("tell people apart", async () => {
    const responses = await Promise.all([...askAll("192.0.2.2", 8), ...askAll("192.0.2.3", 8)]);
    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 16 }, () => 200));
    await Promise.all(responses.map((response) => response.text()));
  });

  test("count guests made at once by both exactly", async () => {
    const responses = await Promise.all(postAll(100, "192.0.2.4", "/api/auth/guest", {}));
    expect(responses.filter((response) => response.status === 201)).toHaveLength(60);
  });
});
