import { cpSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { built } from "../support/servers/built.ts";
import { runCli } from "../support/servers/run-cli.ts";
import {
  cleanUp,
  makeDirectory,
  startServer,
  type ServerProcess,
} from "../support/servers/server-process.ts";

const key = "an-operators-key-of-at-least-32-bytes";
/** Nobody listens there: a command must find its way by the data directory. */
const nowhere = { HOST: "127.0.0.1", PORT: "1" };

let folder: string;
let dataDirectory: string;
beforeAll(async () => {
  const root = await makeDirectory();
  folder = join(root, "garden");
  dataDirectory = join(root, "data");
  await mkdir(join(folder, "guide"), { recursive: true });
  await writeFile(join(folder, "guide/roses.md"), "# Roses\n\nRoses want water twice a week.\n");
  await writeFile(join(folder, "bees.md"), "# Bees\n\nBees sleep in their cells.\n");
  await writeFile(join(folder, "broken.md"), new Uint8Array([0x23, 0x20, 0xff]));
});
afterAll(cleanUp);

const docent = (...words: string[]) =>
  runCli(words, {
    cwd: folder,
    environment: { ...nowhere, DATA_DIR: dataDirectory, ADMIN_API_KEY: key },
  });

describe("the command line without a server", () => {
  test("takes a folder in, and names what cannot be read", async () => {
    const { code, stdout, stderr } = await docent("ingest", folder);
    expect(stdout).toContain("2 added, 0 changed, 0 unchanged, 0 removed, 1 failed");
    expect(stderr).toContain("broken.md: not valid UTF-8 at byte 2");
    expect(code).toBe(1);
    await rm(join(folder, "broken.md"));
  });

  test("answers from it", async () => {
    const { code, stdout } = await docent("ask", "How often do roses want water?");
    expect(code).toBe(0);
    expect(stdout).toContain("Roses want water twice a week. [1]");
    expect(stdout).toContain("[1] Roses — guide/roses.md");
  });
});

describe("the command line beside a server that holds the data directory", () => {
  let server: ServerProcess;
  beforeAll(async () => {
    const environment = { ADMIN_API_KEY: key, DOCUMENTS_DIR: "/nowhere/at/all" };
    server = await startServer({ dataDirectory, environment });
  });
  afterAll(() => server.end("SIGTERM"));

  test("which stays up, and names a folder of documents that is not there", async () => {
    await expect.poll(() => server.log()).toContain("documents not ingested");
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  test("asks the server whether its services answer", async () => {
    const { code, stdout } = await docent("check", "--connect");
    expect(stdout).toContain(`✓ database  healthy, says the server at ${server.url}`);
    expect(stdout).toContain("✓ language_model  extractive, says");
    expect(code).toBe(0);
  });

  test.each([
    ["restore", "--from"],
    ["backup", "--to"],
  ])("leaves its database alone: %s", async (command, place) => {
    const { code, stderr } = await docent(command, place, "file:///nowhere/at/all");
    expect(stderr).toBe(`docent: DATA_DIR is in use by the server at ${server.url}\n`);
    expect(code).toBe(1);
  });

  test("finds the server, asks it, hands documents over, and removes what is gone", async () => {
    await expect.poll(async () => (await fetch(`${server.url}/ready`)).status).toBe(200);
    const asked = await docent("ask", "Where do bees sleep?");
    expect(asked.stdout).toContain("Bees sleep in their cells. [1]");

    await rm(join(folder, "bees.md"));
    await writeFile(join(folder, "guide/roses.md"), "# Roses\n\nRoses want water every day.\n");
    const ingested = await docent("ingest", folder);
    expect(ingested.stdout).toContain("0 added, 1 changed, 0 unchanged, 1 removed, 0 failed");
    const after = await docent("ask", "How often do roses want water?", "--json");
    expect(JSON.parse(after.stdout).response).toBe("Roses want water every day. [1]");

    const keyless = await runCli(["ingest", folder], {
      environment: { ...nowhere, DATA_DIR: dataDirectory },
    });
    expect(keyless.code).toBe(1);
    expect(keyless.stderr).toContain("ADMIN_API_KEY");
    expect(server.log()).not.toContain(key);
  });
});

test("documents at start come from DOCUMENTS_DIR in place of the README, and change with it", async () => {
  const environment = { DOCUMENTS_DIR: folder };
  const directory = await makeDirectory();
  // As after a start without settings: first-database.test.ts.
  cpSync(built("first-database"), join(directory, "database"), { recursive: true });
  const first = await startServer({ dataDirectory: directory, environment });
  await expect.poll(() => first.log()).toContain("documents ingested source=garden added=1");
  expect(first.log()).toContain("removed=1");
  const { documents } = (await (await fetch(`${first.url}/api/documents`)).json()) as {
    documents: { path: string }[];
  };
  expect(documents.map(({ path }) => path)).toEqual(["guide/roses.md"]);
  await first.end("SIGTERM");
  const second = await startServer({ dataDirectory: directory, environment });
  await expect.poll(() => second.log()).toContain("added=0 changed=0 unchanged=1 removed=0");
  await second.end("SIGTERM");
  const third = await startServer({ dataDirectory: directory });
  await expect.poll(async () => (await fetch(`${third.url}/ready`)).status).toBe(200);
  expect(third.log()).not.toContain("source=bundled");
  await third.end("SIGTERM");
});
