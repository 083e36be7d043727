import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { appendFile, cp, mkdir, readdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cleanUp, makeDirectory, startServer } from "../support/servers/server-process.ts";

/** A copy of the project, whose dist/ nothing else replaces. */
let project: string;
beforeAll(async () => {
  project = await makeDirectory();
  for (const name of [
    "handlers",
    "adapters",
    ".tools",
    "README.md",
    "package.json",
    "tsconfig.json",
  ])
    await cp(name, join(project, name), { recursive: true });
  await symlink(resolve("node_modules"), join(project, "node_modules"));
  // Saves making the empty database.
  await mkdir(join(project, ".builds"));
  for (const name of ["database", "database.json"])
    await cp(join(".builds", name), join(project, ".builds", name), { recursive: true });
  await finish(["docent", "help"]);
});
afterAll(cleanUp);

function start(script: string, args: readonly string[]) {
  const env = { PATH: process.env["PATH"] };
  return spawn(process.execPath, [`.tools/${script}`, ...args], { cwd: project, env });
}

async function finish(args: readonly string[], script = "start.cjs") {
  const child = start(script, args);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code: code as number | null, stdout, stderr };
}

/** As `npm start` does. */
const serve = () =>
  startServer({ cwd: project, command: [process.execPath, ".tools/start.cjs"], program: "server" });

/** Changes what many chunks hold. */
const changeSource = (name: string) =>
  appendFile(
    join(project, "adapters/databases/migrate.ts"),
    `\nObject.defineProperty(migrate, "${name}", { value: 1 });\n`,
  );

const listChunks = async () =>
  (await readdir(join(project, "dist"))).filter((name) => /^chunk-.*\.js$/.test(name));

test("commands started together on changed sources build once, and a running server keeps its files", async () => {
  const old = await serve();
  const first = await listChunks();
  await changeSource("once");
  const [checked, server, again] = await Promise.all([
    finish(["docent", "check"]),
    serve(),
    finish(["docent", "check"]),
  ]);
  for (const each of [checked, again])
    expect(each, each.stderr + each.stdout).toMatchObject({ code: 0 });
  const said = [checked.stderr, again.stderr, server.log()].join("");
  expect(said).not.toContain("ERR_MODULE_NOT_FOUND");
  expect(said.match(/^building …$/gm)).toHaveLength(1);
  expect(said.match(/^built in \d+ ms$/gm)).toHaveLength(1);

  const second = await listChunks();
  expect(second).toEqual(expect.arrayContaining(first));
  expect(second.length).toBeGreaterThan(first.length);
  expect((await fetch(`${old.url}/openapi.json`)).status).toBe(200);
  expect(await old.end("SIGTERM")).toBe(0);
  expect(await server.end("SIGTERM")).toBe(0);

  await changeSource("twice");
  expect(await finish(["docent", "help"])).toMatchObject({ code: 0 });
  const third = await listChunks();
  expect(third.filter((name) => !second.includes(name)).length).toBeGreaterThan(0);
  expect(first.filter((name) => !third.includes(name)).length).toBeGreaterThan(0);
});

test("a build leaves the earlier thread's file", async () => {
  const threads = async () =>
    (await readdir(join(project, "dist"))).filter((name) => /^pglite-thread-.*\.js$/.test(name));
  const before = await threads();
  const source = join(project, "adapters/databases/pglite/engine.ts");
  await appendFile(source, `\nObject.defineProperty(openEngine, "changed", { value: 1 });\n`);
  expect(await finish(["docent", "help"])).toMatchObject({ code: 0 });
  const after = await threads();
  expect(after).toEqual(expect.arrayContaining(before));
  expect(after.length).toBe(before.length + 1);
});

test("a build that is killed blocks no other, and leaves what there was", async () => {
  const before = await listChunks();
  const killed = start("build.ts", []);
  for await (const chunk of killed.stderr) if (String(chunk).includes("building …")) break;
  killed.kill("SIGKILL");
  expect(await listChunks()).toEqual(before);
  const next = await finish([], "build.ts");
  expect(next).toMatchObject({ code: 0, stderr: expect.stringContaining("built in") });
  expect(existsSync(join(project, ".builds/next"))).toBe(false);
  expect(await finish(["docent", "help"])).toMatchObject({ code: 0, stderr: "" });
});
