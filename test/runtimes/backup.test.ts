import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { readEvents } from "../support/clients/events.ts";
import { runLosses } from "../support/backup/losses.ts";
import { startBackedUp } from "../support/backup/server.ts";
import {
  cleanUp,
  makeDirectory,
  postJson,
  startServer,
  type ServerOptions,
  type ServerProcess,
} from "../support/servers/server-process.ts";
import { postgresBinaries, startPostgres } from "../support/servers/postgres-server.ts";
import { built } from "../support/servers/built.ts";
import { runCli } from "../support/servers/run-cli.ts";
import { commands } from "../support/servers/runtimes.ts";
import { startHeldModel } from "../support/stand-ins/held-model.ts";
import { startS3StandIn } from "../support/stand-ins/snapshots/s3-stand-in.ts";
import { createRandom } from "../support/hostile/random.ts";

afterEach(cleanUp);

const passphrase = "a lantern in the fog";

test("a server whose disk is lost is there again, and so it is by hand: as it was before, and in PostgreSQL", async () => {
  const folder = await makeDirectory();
  const model = await startHeldModel();
  onTestFinished(() => model.stop());
  const backup = { BACKUP_URL: `file://${folder}`, BACKUP_PASSPHRASE: passphrase };
  const environment = {
    ...backup,
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: "held",
    IDLE_TIMEOUT_SECONDS: "600",
  };
  const dataDirectory = await makeDirectory();
  const before = await startBackedUp({ dataDirectory, environment });
  await expect.poll(() => before.log()).toContain("documents ingested");
  const account = { email: "ada@example.org", password: "a quiet lighthouse" };
  const grant = await (await postJson(`${before.url}/api/auth/register`, account)).json();
  const headers = { authorization: `Bearer ${grant.access_token}` };
  await postJson(`${before.url}/api/tasks`, { title: "Trim the wick" }, headers);
  const ask = async () =>
    readEvents(await postJson(`${before.url}/api/chat`, { message: "hold" }, headers));
  for await (const { data } of await ask()) if (data["type"] === "token") model.release();
  const { value: first } = await (await ask()).next();
  const id = String(first?.data["conversation_id"]);
  const lastAnswer = async ({ url }: ServerProcess) => {
    const response = await fetch(`${url}/api/conversations/${id}`, { headers });
    return (await response.json()).messages.at(-1);
  };
  await expect
    .poll(() => lastAnswer(before))
    .toMatchObject({ status: "streaming", content: "Held, " });
  await keptUntilNow(before);
  const there = await read(before, headers);
  await before.end("SIGKILL");
  await rm(dataDirectory, { recursive: true });

  const after = await startBackedUp({ dataDirectory, environment });
  // The access token still holds: the signing secret went along.
  expect(await read(after, headers)).toEqual(there);
  expect((await postJson(`${after.url}/api/auth/login`, account)).status).toBe(200);
  // The answer that was being written has ended.
  await expect
    .poll(() => lastAnswer(after))
    .toMatchObject({ status: "interrupted", content: "Held, " });
  const resumed = await fetch(`${after.url}/api/chat/${id}/stream`, { headers });
  expect(resumed.status).toBe(204);
  await keptUntilNow(after);
  const at = new Date().toISOString();
  await postJson(`${after.url}/api/tasks`, { title: "Polish the lens" }, headers);
  const again = { refresh_token: grant.refresh_token };
  expect((await postJson(`${after.url}/api/auth/refresh`, again)).status).toBe(200);
  const secret = await readFile(join(dataDirectory, "secret"), "utf8");
  expect(await after.end("SIGTERM")).toBe(0);
  expect(after.log()).toContain("database restored from its backup");
  expect(after.log()).toContain("nothing confirms that the backup in a folder");

  const settings = { BACKUP_PASSPHRASE: passphrase, DATA_DIR: await makeDirectory() };
  const from = ["restore", "--from", backup.BACKUP_URL];
  const embedded = await runCli([...from, "--at", at], { environment: settings });
  expect(embedded).toMatchObject({ code: 0, stderr: "" });
  const earlier = await startServer({ dataDirectory: settings.DATA_DIR });
  expect(await read(earlier, headers)).toEqual(there);
  await earlier.end("SIGTERM");
  const full = await runCli(from, { environment: settings });
  expect(full.stderr).toContain("DATA_DIR holds a database already");

  const copy = `file://${await makeDirectory()}`;
  const saved = await runCli(["backup", "--to", copy], { environment: settings });
  expect(saved).toMatchObject({ code: 0, stderr: "" });

  if (!postgresBinaries) {
    console.warn("Restoring into PostgreSQL is not tested: there is none on this machine.");
    return;
  }
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  const target = ["restore", "--from", copy, "--to", postgres.url];
  expect(await runCli(target, { environment: settings })).toMatchObject({ code: 0, stderr: "" });
  const remote = { DATABASE_URL: postgres.url, JWT_SECRET: secret.trim() };
  const moved = await startServer({ environment: remote });
  expect(await read(moved, headers)).toEqual(there);
  await moved.end("SIGTERM");
  const twice = await runCli(target, { environment: settings });
  expect(twice.stderr).toContain("The target is not empty");
});

test("disks that are lost under load, over S3: nothing that was called durable is missing", async () => {
  const { environment } = await bucket();
  const random = createRandom(14);
  const { acknowledged, starts, ...trouble } = await runLosses("kill", {
    environment,
    // The second server that is killed has itself been restored.
    rounds: 2,
    workMilliseconds: 300,
    pauseMilliseconds: 150,
    haste: { times: 20 },
    random,
  });
  expect(trouble).toMatchObject({ lost: [], halves: [] });
  expect(acknowledged).toBeGreaterThan(20);
  expect(starts).toHaveLength(3);
});

test("an update under load: one history, nothing acknowledged is lost, every refusal says moved", async () => {
  const { environment } = await bucket();
  const { acknowledged, refusals, lost, halves } = await runLosses("replace", {
    environment,
    rounds: 1,
    workMilliseconds: 200,
    pauseMilliseconds: 200,
    haste: { times: 20, silence: 15_000 },
    random: createRandom(15),
  });
  expect({ lost, halves }).toEqual({ lost: [], halves: [] });
  expect(acknowledged).toBeGreaterThan(20);
  expect(Object.keys(refusals)).toContain("503 moved");
  for (const refusal of Object.keys(refusals))
    expect(["503 moved", "200 moved", "200 answer_not_saved"]).toContain(refusal);
});

test("what Deno has kept, Bun restores, and Node what Bun has kept", async () => {
  const { environment } = await bucket();
  const secret = { JWT_SECRET: "a signing secret that outlives every disk" };
  const start = async (options: Partial<ServerOptions>) =>
    startServer({
      ...options,
      environment: { ...environment, ...secret },
      dataDirectory: await makeDirectory(),
    });
  const deno = await start({ command: commands.deno, program: built("deno.js") });
  const account = { email: "ada@example.org", password: "a quiet lighthouse" };
  const grant = await (await postJson(`${deno.url}/api/auth/register`, account)).json();
  const headers = { authorization: `Bearer ${grant.access_token}` };
  const addTask = ({ url }: ServerProcess, title: string) =>
    postJson(`${url}/api/tasks`, { title }, headers);
  await addTask(deno, "Trim the wick");
  expect(await deno.end("SIGTERM")).toBe(0);
  const bun = await start({ command: commands.bun, program: built("bun.js") });
  await addTask(bun, "Polish the lens");
  expect(await bun.end("SIGTERM")).toBe(0);
  const node = await start({});
  const { tasks } = await (await fetch(`${node.url}/api/tasks`, { headers })).json();
  expect(tasks.map(({ title }: { title: string }) => title).toSorted()).toEqual([
    "Polish the lens",
    "Trim the wick",
  ]);
  await node.end("SIGTERM");
});

test("docent restore and docent backup say how they are called, and what is missing", async () => {
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

async function bucket() {
  const { endpoint, bucket: name, keys, stop } = await startS3StandIn();
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

/** Waits until everything acknowledged before is in the backup. */
async function keptUntilNow(server: ServerProcess): Promise<void> {
  const now = Date.now();
  const durableUntil = async () => Date.parse((await storageOf(server)).durable_until ?? "1970");
  await expect.poll(durableUntil).toBeGreaterThan(now);
}

async function read({ url }: ServerProcess, headers: Record<string, string>) {
  const get = async (path: string) => (await fetch(url + path, { headers })).json();
  const { conversations } = await get("/api/conversations");
  const found = await get("/api/search?q=Hugging%20Face%20Space");
  return {
    me: await get("/api/auth/me"),
    tasks: await get("/api/tasks"),
    conversation: await get(`/api/conversations/${conversations.at(-1).id}`),
    found: found.passages.map(({ id }: { id: string }) => id),
  };
}
