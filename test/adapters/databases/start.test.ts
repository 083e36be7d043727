import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { cleanUp, startServer, type ServerProcess } from "../../support/servers/server-process.ts";
import {
  postgresBinaries,
  startPostgres,
  type PostgresServer,
} from "../../support/servers/postgres-server.ts";
import { runCli } from "../../support/servers/run-cli.ts";
import { startTcpProxy, type TcpProxy } from "../../support/stand-ins/tcp-proxy.ts";

const secret = "a secret for tests, of more than thirty-two bytes";
afterEach(cleanUp);

async function health({ url }: ServerProcess) {
  const response = await fetch(`${url}/api/health`);
  return { code: response.status, ...(await response.json()) };
}

describe("a server whose database cannot be used listens at once, and says why", () => {
  test.each([
    {
      name: "nothing listens",
      url: "postgresql://docent:hush-hush@127.0.0.1:1/docent",
      reason: "is the database running?",
    },
    {
      name: "an unknown host",
      url: "postgresql://docent:hush-hush@no-such-host.invalid/docent",
      reason: "host name",
    },
  ])("$name", async ({ url, reason }) => {
    const server = await startServer({
      environment: { DATABASE_URL: url, JWT_SECRET: secret },
      until: "listening",
    });
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    await expect.poll(() => server.log()).toContain(reason);
    expect(await health(server)).toMatchObject({
      code: 503,
      services: { database: "unhealthy" },
    });
    expect((await fetch(`${server.url}/ready`)).status).toBe(503);
    const answer = await fetch(`${server.url}/api/search?q=x`);
    expect({ status: answer.status, later: answer.headers.has("retry-after") }).toEqual({
      status: 503,
      later: true,
    });
    // Said once, however often it is tried.
    await expect
      .poll(async () => (await (await fetch(`${server.url}/health/circuits`)).json()).database)
      .toMatchObject({ failure_count: 3 });
    expect(server.log().split("database not available")).toHaveLength(2);
    expect(server.log()).not.toMatch(/hush-hush|no-such-host|docent:/);
    expect(await server.end("SIGTERM")).toBe(0);
  });

  test.each([
    {
      DATABASE_URL: "postgres//oops:hush-hush",
      missing: ["JWT_SECRET"],
      invalid: ["DATABASE_URL"],
    },
    {
      DATABASE_URL: "postgresql://a:hush-hush@127.0.0.1:1/x",
      missing: ["JWT_SECRET"],
      invalid: [],
    },
  ])(
    "settings that do not do: missing $missing, invalid $invalid",
    async ({ DATABASE_URL, missing, invalid }) => {
      const server = await startServer({ environment: { DATABASE_URL }, until: "listening" });
      expect((await fetch(`${server.url}/health`)).status).toBe(200);
      expect(await health(server)).toMatchObject({ settings: { missing, invalid } });
      expect(server.log()).not.toContain("hush-hush");
    },
  );
});

if (postgresBinaries === undefined) {
  test.skip("starting with PostgreSQL (skipped: no PostgreSQL server binaries found)");
} else {
  describe("with a PostgreSQL", () => {
    let postgres: PostgresServer;
    let proxy: TcpProxy;
    let url: string;
    beforeAll(async () => {
      postgres = await startPostgres();
      proxy = await startTcpProxy(Number(new URL(postgres.url).port));
      url = `postgresql://docent:hush-hush@127.0.0.1:${proxy.port}/postgres`;
    });
    afterAll(async () => {
      await proxy.stop();
      await postgres.stop();
    });
    const cli = (args: readonly string[], databaseUrl = url) =>
      runCli(args, {
        environment: { DATABASE_URL: databaseUrl, JWT_SECRET: secret, DATA_DIR: "/nonexistent" },
      });

    test("docent check --connect says what there is, and what is due; docent migrate does it", async () => {
      const before = await cli(["check", "--connect"]);
      expect(before.stdout).toMatch(/✓ database +PostgreSQL \d+.*to be migrated: 0001.*\(\d+ ms\)/);
      expect(before.stdout).not.toContain("hush-hush");
      const migrated = await cli(["migrate"]);
      expect(migrated).toMatchObject({ code: 0, stderr: "" });
      expect(migrated.stdout).toMatch(/^0001-accounts[^]*up to date/);
      expect(await cli(["migrate"])).toMatchObject({ code: 0, stdout: "Nothing to do.\n" });
      expect((await cli(["check", "--connect"])).stdout).toMatch(/✓ database .*up to date/);
    });

    test("docent check --connect and docent migrate fail with what to do", async () => {
      const wrong = url.replace(/postgres$/, "nowhere");
      const checked = await cli(["check", "--connect"], wrong);
      expect(checked.code).toBe(1);
      expect(checked.stdout).toMatch(/✗ database +There is no database of that name/);
      const migrated = await cli(["migrate"], wrong);
      expect(migrated).toMatchObject({ code: 1, stdout: "" });
      expect(migrated.stderr).toContain("There is no database of that name");
    });

    test("a database that is there only later is found without a restart, and migrated", async () => {
      await proxy.set("hang");
      const server = await startServer({
        environment: { DATABASE_URL: url, JWT_SECRET: secret },
        until: "listening",
      });
      expect(await health(server)).toMatchObject({ code: 503, status: "starting" });
      expect(server.log()).not.toContain("database not available");
      await proxy.set("refuse");
      await proxy.set("pass");
      await expect.poll(async () => (await health(server)).code).toBe(200);
      await expect.poll(() => server.log()).toContain("documents ingested");
      expect((await fetch(`${server.url}/ready`)).status).toBe(200);
      expect(await server.end("SIGTERM")).toBe(0);
      expect(server.log()).not.toMatch(/hush-hush|nhandled/);
      await expect.poll(() => proxy.open).toBe(0);
    });
  });
}
