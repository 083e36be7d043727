import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPostgresDatabase } from "../../../adapters/databases/postgres/database.ts";
import { sql } from "../../../handlers/sql.ts";
import {
  postgresBinaries,
  startPostgres,
  type PostgresServer,
} from "../../support/postgres-server.ts";
import { startTcpProxy } from "../../support/tcp-proxy.ts";

if (postgresBinaries === undefined) {
  test.skip("connections that break (skipped: no PostgreSQL server binaries found)");
} else {
  describe("the postgres adapter where connections break", () => {
    let server: PostgresServer;
    let root: ReturnType<typeof createPostgresDatabase>;
    beforeAll(async () => {
      server = await startPostgres();
      root = createPostgresDatabase({ url: server.url });
    });
    afterAll(async () => {
      await root.close();
      await server.stop();
    });

    test("each query of many is told at once that nothing answers, and the next one is answered", async () => {
      const proxy = await startTcpProxy(Number(new URL(server.url).port));
      const database = createPostgresDatabase({
        url: `postgresql://docent@127.0.0.1:${proxy.port}/postgres`,
      });
      const ask = () => database.query(sql`select 1 as one`).catch((error: Error) => error.message);
      await proxy.set("refuse");
      const told = await Promise.all(Array.from({ length: 9 }, ask));
      for (let round = 0; round < 9; round += 1) told.push(await ask());
      expect(new Set(told)).toEqual(
        new Set([expect.stringContaining("is the database running? (ECONNREFUSED)")]),
      );
      await proxy.set("pass");
      expect(await ask()).toEqual([{ one: 1 }]);
      await database.close();
      await proxy.stop();
    });

    test("rows of an answer that broke off are not those of the next one", async () => {
      const broken = sql`
        select repeat('x', 1000), 1 / (${5000}::int - n) as value from generate_series(1, 5000) as n`;
      await expect(root.query(broken)).rejects.toMatchObject({ code: "invalid" });
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => root.query(sql`select 1 as one`)),
      );
      expect(answers).toEqual(answers.map(() => [{ one: 1 }]));
    });

    test("connections that break under questions leave none of them without an answer", async () => {
      const rejections: unknown[] = [];
      const onRejection = (error: unknown) => rejections.push(error);
      process.on("unhandledRejection", onRejection);
      const proxy = await startTcpProxy(Number(new URL(server.url).port));
      const database = createPostgresDatabase({
        url: `postgresql://docent@127.0.0.1:${proxy.port}/postgres`,
      });
      const told = new Set<string>();
      const asked = sql`select ${"one"}::text as one`;
      const over = new AbortController();
      const ask = async () => {
        while (!over.signal.aborted) {
          const question =
            Math.random() < 0.5 ? database.query(asked) : database.batch([asked, asked]);
          await question.catch((error: Error) => told.add(error.message));
          // An app asks at any moment of the event loop.
          if (Math.random() < 0.5) await new Promise((resolve) => setImmediate(resolve));
        }
      };
      const asking = Array.from({ length: 8 }, ask);
      for (let round = 0; round < 150; round += 1) {
        await proxy.set("reset");
        await proxy.set("pass");
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      }
      over.abort();
      await Promise.all(asking);
      expect(await database.query(asked)).toEqual([{ one: "one" }]);
      await database.close();
      await proxy.stop();
      process.off("unhandledRejection", onRejection);
      expect([...told].filter((message) => message.includes("has not answered"))).toEqual([]);
      expect(rejections).toEqual([]);
    });
  });
}
