import { spawnSync } from "node:child_process";
import { chmod, chown, copyFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createPostgresDatabase } from "../../../adapters/databases/postgres/database.ts";
import { readVectorSupport } from "../../../adapters/databases/describe.ts";
import type { PortFailure } from "../../../handlers/ports/failure.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import {
  postgresBinaries,
  startPostgres,
  type PostgresServer,
} from "../../support/servers/postgres-server.ts";
import { startTcpProxy } from "../../support/stand-ins/tcp-proxy.ts";
import { temporaryDirectory } from "../../support/servers/temporary-directory.ts";

async function attempt<Row extends object>(url: string, statement = sql`select 1 as one`) {
  const database = createPostgresDatabase({ url });
  try {
    return (await database.query<Row>(statement))[0];
  } finally {
    await database.close();
  }
}

const codeOf = (error: unknown) => (error as PortFailure).code;

if (postgresBinaries === undefined) {
  test.skip("the postgres adapter (skipped: no PostgreSQL server binaries found)");
} else {
  describe("the postgres adapter", () => {
    let server: PostgresServer;
    let root: ReturnType<typeof createPostgresDatabase>;
    const run = (text: string) => root.query({ text, values: [] });
    beforeAll(async () => {
      server = await startPostgres();
      root = createPostgresDatabase({ url: server.url });
    });
    afterAll(async () => {
      await root.close();
      await server.stop();
    });

    /** Its URL with another user, and more. */
    const urlFor = (user: string, end = "", host = "127.0.0.1") =>
      server.url.replace("docent@127.0.0.1", `${user}@${host}`) + end;
    test("a wrong password is named without naming anybody, and mended without a restart", async () => {
      const lines = [
        "host all guarded 127.0.0.1/32 scram-sha-256",
        "host all all 127.0.0.1/32 trust",
      ];
      const values = lines.map((line) => `('${line}')`).join(", ");
      const [row] = await root.query<{ file: string }>(
        sql`select current_setting('hba_file') as file`,
      );
      await run(`copy (values ${values}) to '${row?.file}'`);
      await run("select pg_reload_conf()");
      await run("create role guarded login password 'the right: one'");
      const wrong = createPostgresDatabase({ url: urlFor("guarded:hush-hush") });
      await expect
        .poll(() => wrong.query(sql`select 1`).catch((error: unknown) => error))
        .toMatchObject({
          code: "unauthorized",
          message: expect.not.stringMatching(/hush|guarded|127/),
        });
      await run("alter role guarded password 'hush-hush'");
      expect(await wrong.query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
      await wrong.close();
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

    test("parameters meant for libpq do not reach the server, and options do", async () => {
      const end = "?channel_binding=require&application_name=tester&options=-c%20work_mem%3D5MB";
      const settings = sql`select current_setting('work_mem') as memory,
        current_setting('application_name') as name, current_setting('statement_timeout') as timeout`;
      expect(await attempt(server.url + end, settings)).toEqual({
        memory: "5MB",
        name: "tester",
        timeout: "10s",
      });
      expect(await attempt(`${server.url}?pgbouncer=true`, settings)).toMatchObject({
        timeout: "0",
      });
    });

    test("a long statement is ended by the server, a silent server by us, and the next one works", async () => {
      const { url } = server;
      const hasty = { statementMilliseconds: 200, deadlineMilliseconds: 60_000 };
      const database = createPostgresDatabase({ url, ...hasty });
      await expect(database.query(sql`select pg_sleep(60)`)).rejects.toMatchObject({
        code: "timeout",
        retryable: true,
      });
      expect(await database.query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
      await database.close();

      const impatient = createPostgresDatabase({ url, deadlineMilliseconds: 1000 });
      const silent = [sql`set local statement_timeout = 0`, sql`select pg_sleep(60)`];
      await expect(impatient.batch(silent)).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("1 seconds"),
      });
      await expect
        .poll(() => impatient.query(sql`select 1 as one`).catch(codeOf))
        .toEqual([{ one: 1 }]);
      await impatient.close();
    });

    test("a connection that the server ends is replaced, whenever it is used next", async () => {
      const others = sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'victim'`;
      for (let pause = 0; pause < 20; pause += 1) {
        const url = `${server.url}?application_name=victim`;
        const database = createPostgresDatabase({ url, deadlineMilliseconds: 60_000 });
        await database.query(sql`select 1`);
        await root.query(others);
        await new Promise((resolve) => setTimeout(resolve, pause / 4));
        const answers = [1, 2, 3].map(() => database.query(sql`select 1 as one`).catch(codeOf));
        for (const answer of await Promise.all(answers))
          expect([[{ one: 1 }], "unavailable"]).toContainEqual(answer);
        expect(await database.query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
        await database.close();
      }
    });

    const countLeavers = async () =>
      (await run("select from pg_stat_activity where application_name = 'leaver'")).length;
    test("when it is closed no connection is left", async () => {
      const database = createPostgresDatabase({ url: `${server.url}?application_name=leaver` });
      await Promise.all(
        Array.from({ length: 8 }, () => database.query(sql`select pg_sleep(0.05)`)),
      );
      expect(await countLeavers()).toBe(4);
      await database.close();
      await expect.poll(countLeavers).toBe(0);
    });

    test("whether it knows vectors is told", async () => {
      const support = await readVectorSupport(root);
      expect(["missing", "available"]).toContain(support.kind);
    });

    const isEncrypted = async (end: string, host?: string) => {
      const statement = sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
      return (await attempt<{ ssl: boolean }>(urlFor("docent", end, host), statement))?.ssl;
    };

    describe.skipIf(spawnSync("openssl", ["version"]).status !== 0)("over TLS", () => {
      let certificate: string;
      beforeAll(async () => {
        const [row] = await root.query<{ folder: string }>(
          sql`select current_setting('data_directory') as folder`,
        );
        const folder = row?.folder ?? "";
        certificate = join(folder, "server.crt");
        const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2
          -subj /CN=localhost -addext subjectAltName=DNS:localhost`.split(/\s+/);
        const files = ["-keyout", join(folder, "made.key"), "-out", certificate];
        const made = spawnSync("openssl", [...words, ...files]);
        expect(made.status).toBe(0);
        // The server reads keys of its own user alone.
        await run(`copy (select '') to '${join(folder, "server.key")}'`);
        await copyFile(join(folder, "made.key"), join(folder, "server.key"));
        await chmod(join(folder, "server.key"), 0o600);
        await chmod(certificate, 0o644);
        const { uid, gid } = await stat(folder);
        await chown(join(folder, "server.key"), uid, gid);
        await run("alter system set ssl = on");
        await run("select pg_reload_conf()");
        await vi.waitFor(async () => expect(await isEncrypted("?sslmode=prefer")).toBe(true));
      });

      test("sslmode says whether, and without proof any certificate will do", async () => {
        expect(await isEncrypted("?sslmode=disable")).toBe(false);
        expect(await isEncrypted("?sslmode=allow")).toBe(false);
        expect(await isEncrypted("")).toBe(true);
        expect(await isEncrypted("?sslmode=require")).toBe(true);
      });

      test("verify-ca and verify-full want a certificate that is known; verify-full also its name", async () => {
        const untrusted = { message: expect.stringContaining("certificate") };
        await expect(isEncrypted("?sslmode=verify-full")).rejects.toMatchObject(untrusted);
        await expect(isEncrypted("?sslmode=verify-ca")).rejects.toMatchObject(untrusted);
        const known = `&sslrootcert=${encodeURIComponent(certificate)}`;
        expect(await isEncrypted(`?sslmode=verify-ca${known}`)).toBe(true);
        expect(await isEncrypted(`?sslmode=verify-full${known}`, "localhost")).toBe(true);
        await expect(isEncrypted(`?sslmode=verify-full${known}`)).rejects.toMatchObject(untrusted);
        const other = join(await temporaryDirectory(), "other.pem");
        await writeFile(other, "no certificate");
        const unread = isEncrypted(`?sslmode=verify-full&sslrootcert=${encodeURIComponent(other)}`);
        await expect(unread).rejects.toMatchObject({ retryable: expect.any(Boolean) });
      });

      test("a server that has no TLS does for prefer, and not for require", async () => {
        await run("alter system set ssl = off");
        await run("select pg_reload_conf()");
        await expect.poll(() => isEncrypted("?sslmode=prefer").catch(() => true)).toBe(false);
        await expect(isEncrypted("?sslmode=require")).rejects.toMatchObject({
          code: "unavailable",
          message: expect.stringContaining("sslmode"),
        });
      });
    });
  });
}
