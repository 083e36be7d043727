import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { migrate } from "../../../adapters/databases/migrate.ts";
import { superviseDatabase } from "../../../adapters/databases/supervise.ts";
import { createMemoryLogger } from "../../support/apps/logger.ts";
import { createPostgresDatabase } from "../../../adapters/databases/postgres/database.ts";
import {
  postgresBinaries,
  startPostgres,
  type PostgresServer,
} from "../../support/servers/postgres-server.ts";
import { signIn } from "../../support/clients/signed-in.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

interface TaskAnswer {
  readonly title: string;
  readonly description: string;
  readonly completed: boolean;
  readonly updated_at: string;
}

function describeParallelChanges(open: () => Promise<TestApp>, close: () => Promise<void>) {
  let docent: TestApp;
  let path: string;
  let headers: Record<string, string>;
  beforeAll(async () => {
    docent = await open();
  });
  afterAll(async () => {
    await docent.close();
    await close();
  });
  beforeEach(async () => {
    headers = { ...(await signIn(docent)).headers, "content-type": "application/json" };
    const added = await docent.post("/api/tasks", { title: "At first" }, headers);
    path = added.headers.get("location") ?? "";
  });

  const send = (method: string, where: string, body?: object, more: object = {}) =>
    docent.fetch(where, {
      method,
      headers: { ...headers, ...more },
      ...(body && { body: JSON.stringify(body) }),
    });
  const read = async (): Promise<TaskAnswer> => (await send("GET", path)).json();

  test("100 completes and renames at once: no update is lost", async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const response =
          index % 2 === 0
            ? await send("PATCH", `${path}/complete`)
            : await send("PATCH", path, { title: `Renamed ${index}` });
        expect(response.status).toBe(200);
        return (await response.json()) as TaskAnswer;
      }),
    );
    const last = answers.reduce((a, b) => (a.updated_at > b.updated_at ? a : b));
    const task = await read();
    expect(task).toEqual(last);
    expect(task).toMatchObject({ title: expect.stringMatching(/^Renamed/), completed: true });
    // Each change made a version of its own, so none was made on a version that had gone.
    expect(new Set(answers.map(({ updated_at }) => updated_at)).size).toBe(100);
    const renamed = answers.filter((_, index) => index % 2 === 1);
    expect(renamed.map(({ title }) => title)).toEqual(
      Array.from({ length: 50 }, (_, index) => `Renamed ${index * 2 + 1}`),
    );
  });

  test("of 50 changes of one version exactly one passes", async () => {
    const { updated_at } = await read();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        send("PATCH", path, { title: `From tab ${index}` }, { "if-match": `"${updated_at}"` }),
      ),
    );
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([200, ...Array.from({ length: 49 }, () => 412)]);
  });

  test("of 20 deletions one passes, and a change at the same time brings nothing back", async () => {
    const changes = Array.from({ length: 20 }, (_, index) => [
      send("DELETE", path),
      send("PATCH", path, { description: `note ${index}` }),
    ]);
    const statuses = (await Promise.all(changes.flat())).map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    expect(statuses.filter((status) => ![200, 204, 404].includes(status))).toEqual([]);
    expect((await send("GET", path)).status).toBe(404);
  });
}

describe("tasks changed at once, on PGlite", () => {
  describeParallelChanges(
    () => createTestApp(),
    () => Promise.resolve(),
  );
});

if (postgresBinaries === undefined) {
  test.skip("tasks changed at once (skipped: no PostgreSQL server binaries found)");
} else {
  describe("tasks changed at once, over several connections to a PostgreSQL server", () => {
    let server: PostgresServer | undefined;
    describeParallelChanges(
      async () => {
        server = await startPostgres();
        const database = createPostgresDatabase({ url: server.url });
        const logger = createMemoryLogger();
        await migrate(database, { logger });
        const ports = { database: superviseDatabase(() => Promise.resolve(database), logger) };
        return { ...(await createTestApp({}, ports)), database };
      },
      async () => server?.stop(),
    );
  });
}
