import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { runLosses } from "../support/backup/losses.ts";
import { startBackedUp } from "../support/backup/server.ts";
import {
  cleanUp,
  makeDirectory,
  postJson,
  startServer,
  type ServerProcess,
} from "../support/servers/server-process.ts";
import { postgresBinaries, startPostgres } from "../support/servers/postgres-server.ts";
import { runCli } from "../support/servers/run-cli.ts";
import { startS3Process } from "../support/stand-ins/snapshots/s3-process.ts";
import { createRandom } from "../support/hostile/random.ts";

afterEach(cleanUp);

const passphrase = "a lantern in the fog";

test("a server whose disk is lost is there again: account, chat, tasks and sign-in", async () => {
  const folder = await makeDirectory();
  const environment = { BACKUP_URL: `file://${folder}`, BACKUP_PASSPHRASE: passphrase };
  const dataDirectory = await makeDirectory();
  const before = await startBackedUp({ dataDirectory, environment });
  await expect.poll(() => before.log()).toContain("documents ingested");
  const account = { email: "ada@example.org", password: "a quiet lighthouse" };
  const grant = await (await postJson(`${before.url}/api/auth/register`, account)).json();
  const headers = { authorization: `Bearer ${grant.access_token}` };
  await postJson(`${before.url}/api/tasks`, { title: "Trim the wick" }, headers);
  const asking = { ...headers, accept: "application/json" };
  const question = { message: "How do I start it?" };
  expect((await postJson(`${before.url}/api/chat`, question, asking)).status).toBe(200);
  const acknowledged = Date.now();
  await expect.poll(() => durableUntil(before)).toBeGreaterThan(acknowledged);
  const there = await read(before, headers);
  await before.end("SIGKILL");
  await rm(dataDirectory, { recursive: true });

  const after = await startBackedUp({ dataDirectory, environment });
  // The access token still holds: the signing secret went along.
  expect(await read(after, headers)).toEqual(there);
  expect((await postJson(`${after.url}/api/auth/login`, account)).status).toBe(200);
  const again = { refresh_token: grant.refresh_token };
  expect((await postJson(`${after.url}/api/auth/refresh`, again)).status).toBe(200);
  expect(await after.end("SIGTERM")).toBe(0);
  expect(after.log()).toContain("database restored from its backup");
});

test("disks that are lost under load, over S3: nothing that was called durable is missing", async () => {
  const { environment } = await bucket();
  const random = createRandom(14);
  const { acknowledged, starts, ...trouble } = await runLosses("kill", {
    environment,
    rounds: 3,
    workMilliseconds: 800,
    haste: 20,
    random,
  });
  expect(trouble).toMatchObject({ lost: [], halves: [] });
  expect(acknowledged).toBeGreaterThan(20);
  expect(starts).toHaveLength(4);
});

test("updates under load: one history, nothing acknowledged is lost, every refusal says moved", async () => {
  const { environment } = await bucket();
  const { acknowledged, refusals, lost, halves } = await runLosses("replace", {
    environment,
    rounds: 2,
    workMilliseconds: 500,
    haste: 20,
    random: createRandom(15),
  });
  expect({ lost, halves }).toEqual({ lost: [], halves: [] });
  expect(acknowledged).toBeGreaterThan(20);
  expect(Object.keys(refusals)).toContain("503 moved");
  for (const refusal of Object.keys(refusals))
    expect(["503 moved", "200 moved", "200 answer_not_saved"]).toContain(refusal);
});

describe("docent restore and docent backup", () => {
  test("to an earlier time, and into PostgreSQL", async () => {
    const { environment } = await bucket();
    const server = await startBackedUp({ environment });
    const account = { email: "ada@example.org", password: "a quiet lighthouse" };
    const grant = await (await postJson(`${server.url}/api/auth/register`, account)).json();
    const headers = { authorization: `Bearer ${grant.access_token}` };
    await postJson(`${server.url}/api/tasks`, { title: "Trim the wick" }, headers);
    const asking = { ...headers, accept: "application/json" };
    await postJson(`${server.url}/api/chat`, { message: "How do I start it?" }, asking);
    const before = Date.now();
    await expect.poll(() => durableUntil(server)).toBeGreaterThan(before);
    const there = await read(server, headers);
    const at = new Date().toISOString();
    await postJson(`${server.url}/api/tasks`, { title: "Polish the lens" }, headers);
    const secret = await readFile(join(server.dataDirectory, "secret"), "utf8");
    expect(await server.end("SIGTERM")).toBe(0);

    const dataDirectory = await makeDirectory();
    const settings = { ...environment, DATA_DIR: dataDirectory };
    const from = ["restore", "--from", environment.BACKUP_URL];
    const embedded = await runCli([...from, "--at", at], { environment: settings });
    expect(embedded).toMatchObject({ code: 0, stderr: "" });
    const { BACKUP_URL: _url, ...without } = settings;
    await writeFile(join(dataDirectory, "secret"), secret);
    const earlier = await startServer({ dataDirectory, environment: { DATA_DIR: dataDirectory } });
    expect(await read(earlier, headers)).toEqual(there);
    await earlier.end("SIGTERM");
    const full = await runCli(from, { environment: settings });
    expect(full.stderr).toContain("DATA_DIR holds a database already");

    const copy = `${environment.BACKUP_URL}/by-hand`;
    const saved = await runCli(["backup", "--to", copy], { environment: without });
    expect(saved).toMatchObject({ code: 0, stderr: "" });

    if (!postgresBinaries) {
      console.warn("Restoring into PostgreSQL is not tested: there is none on this machine.");
      return;
    }
    const postgres = await startPostgres();
    onTestFinished(() => postgres.stop());
    const target = ["restore", "--from", copy, "--to", postgres.url];
    expect(await runCli(target, { environment: without })).toMatchObject({ code: 0, stderr: "" });
    const remote = { DATABASE_URL: postgres.url, JWT_SECRET: secret.trim() };
    const after = await startServer({ environment: remote });
    expect(await read(after, headers)).toEqual(there);
    await after.end("SIGTERM");
    const again = await runCli(target, { environment: without });
    expect(again.stderr).toContain("The target is not empty");
  });

  test("say how they are called, and what is missing", async () => {
    expect(await runCli(["restore"])).toMatchObject({ code: 2 });
    const bare = await runCli(["backup", "--to", "s3://bucket/prefix"]);
    expect(bare.code).toBe(2);
    expect(bare.stderr).toContain("BACKUP_ACCESS_KEY_ID");
    const late = await runCli(["restore", "--from", "file:///tmp/nowhere", "--at", "noon"]);
    expect(late.stderr).toContain("--at takes a time");
    const none = await runCli(["restore", "--from", `file://${await makeDirectory()}`], {
      environment: { DATA_DIR: await makeDirectory() },
    });
    expect(none).toMatchObject({ code: 1, stderr: "docent: There is no backup in that place\n" });
  });
});

async function bucket() {
  const { endpoint, bucket: name, keys, stop } = await startS3Process();
  onTestFinished(stop);
  const environment = {
    BACKUP_URL: `s3://${name}/docent`,
    BACKUP_ENDPOINT: endpoint,
    BACKUP_ACCESS_KEY_ID: keys.accessKeyId,
    BACKUP_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
  return { environment };
}

async function storageOf({ url }: ServerProcess) {
  return (await (await fetch(`${url}/api/health`)).json()).storage;
}

async function durableUntil(server: ServerProcess): Promise<number> {
  return Date.parse((await storageOf(server)).durable_until ?? "1970-01-01");
}

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
