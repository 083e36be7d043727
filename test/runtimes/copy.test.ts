import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createPostgresDatabase } from "../../adapters/databases/postgres/database.ts";
import { runCommandHere } from "../support/clients/run-command.ts";
import {
  postgresBinaries,
  startPostgres,
  type PostgresServer,
} from "../support/servers/postgres-server.ts";
import { runCli } from "../support/servers/run-cli.ts";
import {
  cleanUp,
  makeDirectory,
  postJson,
  startServer,
  type ServerProcess,
} from "../support/servers/server-process.ts";

if (!postgresBinaries) console.warn("docent copy is not tested: no PostgreSQL on this machine.");

describe.skipIf(!postgresBinaries)("docent copy", () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterEach(cleanUp);
  afterAll(() => postgres?.stop());

  test("moves from the embedded database to PostgreSQL: people stay signed in, and find what was theirs", async () => {
    const dataDirectory = await makeDirectory();
    const before = await startServer({ dataDirectory });
    await expect.poll(() => before.log()).toContain("documents ingested");
    const account = { email: "ada@example.org", password: "a quiet lighthouse" };
    const grant = await (await postJson(`${before.url}/api/auth/register`, account)).json();
    const headers = { authorization: `Bearer ${grant.access_token}` };
    await postJson(`${before.url}/api/tasks`, { title: "Trim the wick" }, headers);
    const question = { message: "How do I start it?" };
    const asking = { ...headers, accept: "application/json" };
    const answer = await (await postJson(`${before.url}/api/chat`, question, asking)).json();
    const feedback = `${before.url}/api/chat/${answer.message_id}/feedback`;
    expect((await postJson(feedback, { vote: "good" }, headers)).status).toBe(204);
    const there = await read(before, headers);
    await before.end("SIGTERM");

    const environment = { DATA_DIR: dataDirectory };
    const copied = await runCli(["copy", "--to", postgres.url], { environment });
    expect(copied.stderr).toBe("");
    expect(copied.stdout).toMatch(/1 {2}users\n[^]*2 {2}messages\n[^]*Everything is copied/);
    expect(copied.code).toBe(0);

    const secret = await readFile(join(dataDirectory, "secret"), "utf8");
    const settings = { DATABASE_URL: postgres.url, JWT_SECRET: secret.trim() };
    const after = await startServer({ environment: settings });
    await expect.poll(async () => (await fetch(`${after.url}/ready`)).status).toBe(200);
    expect(await read(after, headers)).toEqual(there);
    // New rows get numbers of their own: sequences went along.
    const more = await postJson(`${after.url}/api/tasks`, { title: "Polish the lens" }, headers);
    expect(more.status).toBe(201);
    await after.end("SIGTERM");

    const again = await runCli(["copy", "--to", postgres.url], { environment });
    expect(again.stderr).toContain("The target is not empty");
    expect(again.code).toBe(1);

    const interrupted = await runCommandHere(["copy", "--from", postgres.url, "--to", "embedded"], {
      environment: { DATA_DIR: await makeDirectory() },
      signal: AbortSignal.abort(),
    });
    expect(interrupted).toEqual({ code: 130, stdout: "", stderr: "" });

    const backDirectory = await makeDirectory();
    const back = await runCli(["copy", "--from", postgres.url, "--to", "embedded"], {
      environment: { DATA_DIR: backDirectory },
    });
    expect({ code: back.code, stderr: back.stderr }).toEqual({ code: 0, stderr: "" });
    expect(back.stdout).toContain("Leave DATABASE_URL out");
    const home = await startServer({
      dataDirectory: backDirectory,
      environment: { JWT_SECRET: secret.trim() },
    });
    await expect.poll(async () => (await fetch(`${home.url}/ready`)).status).toBe(200);
    expect((await read(home, headers)).conversation).toEqual(there.conversation);
    await home.end("SIGTERM");
  });

  test("copies and backs up what is in another schema, and leaves another program's tables alone", async () => {
    const root = createPostgresDatabase({ url: postgres.url });
    const query = (text: string, database = root) => database.query({ text, values: [] });
    for (const name of ["shared", "fresh", "restored"]) await query(`create database ${name}`);
    await root.close();
    const [shared, fresh, restored] = ["shared", "fresh", "restored"].map((name) => {
      const url = new URL(postgres.url);
      url.pathname = name;
      return url.href;
    });
    const from = `${shared}?options=-c%20search_path%3D%22Docent%22`;
    const source = createPostgresDatabase({ url: from });
    await query(`create schema "Docent"`, source);
    await query("create table public.orders (id int generated always as identity)", source);
    await query("insert into public.orders default values", source);
    expect(await runCommandHere(["copy", "--from", from, "--to", `${fresh}`])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Docent has no tables"),
    });
    expect(
      await runCommandHere(["migrate"], { environment: { DATABASE_URL: from } }),
    ).toMatchObject({ code: 0 });
    await query(`create table "Docent".others (id int generated always as identity)`, source);
    await query(`insert into "Docent".others default values`, source);
    await query("insert into users (id, kind) values (gen_random_uuid(), 'guest')", source);
    await source.close();

    const place = `file://${await makeDirectory()}`;
    const saved = { environment: { DATABASE_URL: from, DATA_DIR: await makeDirectory() } };
    for (const command of [
      runCommandHere(["copy", "--from", from, "--to", `${fresh}`]),
      runCommandHere(["backup", "--to", place], saved).then(() =>
        runCommandHere(["restore", "--from", place, "--to", `${restored}`]),
      ),
    ]) {
      expect(await command).toMatchObject({ code: 0, stderr: "" });
    }
    for (const url of [fresh, restored]) {
      const target = createPostgresDatabase({ url: `${url}` });
      expect(await query("select count(*) as count from users", target)).toEqual([{ count: 1 }]);
      await target.close();
    }
  });

  test("says how it is called, and never the URL it was given", async () => {
    const none = await runCli(["copy"]);
    expect(none.stderr).toContain("--to");
    expect(none.code).toBe(2);
    const wrong = await runCli(["copy", "--to", "hunter2@nowhere"]);
    expect(wrong.stderr).not.toContain("hunter2");
    expect(wrong.code).toBe(2);
  });
});

async function read({ url }: ServerProcess, headers: Record<string, string>) {
  const get = async (path: string) => (await fetch(url + path, { headers })).json();
  const { conversations } = await get("/api/conversations");
  const found = await get("/api/search?q=Hugging%20Face%20Space");
  return {
    me: await get("/api/auth/me"),
    tasks: await get("/api/tasks"),
    conversation: await get(`/api/conversations/${conversations[0].id}`),
    found: found.passages.map(({ id }: { id: string }) => id),
  };
}
