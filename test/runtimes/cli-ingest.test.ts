import { appendFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../support/servers/run-cli.ts";
import {
  cleanUp,
  makeDirectory,
  startServer,
  type ServerProcess,
} from "../support/servers/server-process.ts";

const key = "an-operators-key-of-at-least-32-bytes";
const pages = 60;

let root: string;
/** Documents that take several requests. */
let folder: string;
beforeAll(async () => {
  root = await makeDirectory();
  folder = join(root, "atlas");
  await mkdir(join(folder, "rivers"), { recursive: true });
  await Promise.all(
    Array.from({ length: pages }, (_, index) =>
      writeFile(
        join(folder, "rivers", `river ${index}, größer.md`),
        `# River ${index}\n\nThe river number${index} is ${index + 7} kilometres long.\n`,
      ),
    ),
  );
});
afterAll(cleanUp);

const ingest = (environment: Readonly<Record<string, string>>, ...words: string[]) =>
  runCli(["ingest", ...words], { environment: { ADMIN_API_KEY: key, ...environment } });

async function firstPath(url: string, query: string): Promise<string | undefined> {
  const response = await fetch(`${url}/api/search?q=${query}`);
  const { passages } = (await response.json()) as { passages: { path: string }[] };
  return passages[0]?.path;
}

async function countListed(url: string, source: "atlas" | "waters"): Promise<number> {
  const response = await fetch(`${url}/api/documents?source=${source}&limit=200`);
  const { documents } = (await response.json()) as { documents: unknown[] };
  return documents.length;
}

let server: ServerProcess;

test("what a server has acknowledged is found at once, and survives its being killed", async () => {
  const environment = { ADMIN_API_KEY: key };
  server = await startServer({ environment });
  const DATA_DIR = server.dataDirectory;
  await writeFile(join(folder, "broken.md"), new Uint8Array([0x23, 0x20, 0xff]));
  const first = await ingest({ DATA_DIR }, folder);
  expect(await firstPath(server.url, "number57")).toBe("rivers/river 57, größer.md");
  await server.end("SIGKILL");
  expect(first.stdout).toContain(`${pages} added, 0 changed, 0 unchanged, 0 removed, 1 failed`);
  expect(first.stdout).toContain(`(${server.url})`);
  expect(first.stderr).toContain("✗ broken.md: not valid UTF-8 at byte 2\n");
  expect(first.stderr).toContain(`${pages + 1}/${pages + 1} documents\n`);
  expect(first.code).toBe(1);

  server = await startServer({ environment, dataDirectory: DATA_DIR });
  expect(await countListed(server.url, "atlas")).toBe(pages);
  expect(await firstPath(server.url, "number0")).toBe("rivers/river 0, größer.md");
  await rm(join(folder, "broken.md"));
  await appendFile(join(folder, "rivers", "river 5, größer.md"), "\nOtters live in it.\n");
  await rm(join(folder, "rivers", "river 6, größer.md"));
  const second = await ingest({ DATA_DIR }, folder);
  expect(second.stdout).toContain(
    `0 added, 1 changed, ${pages - 2} unchanged, 1 removed, 0 failed`,
  );
  expect(second.code).toBe(0);
  expect(await firstPath(server.url, "otters")).toBe("rivers/river 5, größer.md");
});

test("beside a server with other data, it says whose data it writes, and what to do", async () => {
  const { hostname, port } = new URL(server.url);
  const own = join(root, "own-data");
  const few = join(root, "waters");
  await mkdir(few);
  await writeFile(join(few, "lakes.md"), "# Lakes\n\nLakes are still.\n");
  const address = { HOST: hostname, PORT: port };
  const beside = await ingest({ DATA_DIR: own, ...address }, few);
  expect(beside.stderr).toContain(
    `The server at ${server.url} uses other data and will not find these documents: they go into ${own} (DATA_DIR). ` +
      `To hand them to the server, use --url ${server.url}, or set its DATA_DIR here.\n`,
  );
  expect(beside.stdout).toContain(`(${own})`);
  expect(beside.code).toBe(0);
  expect(await countListed(server.url, "waters")).toBe(0);

  const handed = await ingest({ DATA_DIR: own, ...address }, few, "--url", server.url);
  expect(handed.stderr).not.toContain("other data");
  expect(handed.stdout).toContain(`(${server.url})`);
  expect(await countListed(server.url, "waters")).toBe(1);
  expect(await server.end("SIGTERM")).toBe(0);

  const alone = await ingest({ DATA_DIR: own, ...address }, few);
  expect(alone.stderr).not.toContain("other data");
  expect(alone.stdout).toContain("0 added, 0 changed, 1 unchanged, 0 removed, 0 failed");
  expect(alone.code).toBe(0);
});
