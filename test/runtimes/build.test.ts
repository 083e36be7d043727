import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync } from "node:fs";
import { appendFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { callsFile } from "../../.tools/postgres-calls.ts";
import { storedCodeFile } from "../../adapters/databases/pglite/stored-code.ts";
import { built } from "../support/servers/built.ts";
import { cleanUp, makeDirectory, startServer } from "../support/servers/server-process.ts";
import { templates } from "../support/servers/templates.ts";

/** What a build does not make anew. */
const databases = new Set(["database", "database.json", "first-database", templates]);

/** A copy of the project, whose dist/ nothing else replaces. */
let project: string;
beforeAll(async () => {
  project = await makeDirectory();
  for (const name of ["handlers", "adapters", ".tools", "package.json", "tsconfig.json"])
    cpSync(name, join(project, name), { recursive: true });
  // Each build takes it into a database.
  await writeFile(join(project, "README.md"), "# Docent\n\nIt answers from documents.\n");
  await symlink(resolve("node_modules"), join(project, "node_modules"));
  // The tests' build stands for a first one of the project's own.
  cpSync(built(""), join(project, ".builds/next"), {
    recursive: true,
    filter: (path) => !databases.has(relative(built(""), path)) && !path.endsWith(".map"),
  });
  for (const name of ["database", "database.json", "first-database"]) {
    cpSync(built(name), join(project, "dist", name), { recursive: true });
    if (name !== "first-database")
      cpSync(built(name), join(project, ".builds", name), { recursive: true });
  }
  // Made once for each version of PGlite and V8.
  for (const name of [callsFile, storedCodeFile, `${storedCodeFile}.version`])
    cpSync(join(".builds", name), join(project, ".builds", name));
  const publishing = `import { publish } from "./.tools/publish.ts"; await publish(".builds/next", "dist", new Date())`;
  expect(await finish(["--input-type=module", "-e", publishing])).toMatchObject({ code: 0 });
  await rm(join(project, ".builds/next"), { recursive: true });
});
afterAll(cleanUp);

function start(words: readonly string[], cwd = project) {
  const env = { PATH: process.env["PATH"] };
  return spawn(process.execPath, words, { cwd, env });
}

async function finish(words: readonly string[]) {
  const child = start(words);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code: code as number | null, stdout, stderr };
}

const docent = (...words: string[]) => finish([".tools/start.cjs", "docent", ...words]);

/** As `npm start` does. */
const serve = () =>
  startServer({ cwd: project, command: [process.execPath, ".tools/start.cjs"], program: "server" });

/** Changes what many chunks hold. */
const changeSource = (name: string) =>
  appendFile(
    join(project, "adapters/databases/migrate.ts"),
    `\nObject.defineProperty(migrate, "${name}", { value: 1 });\n`,
  );

const listFiles = async (pattern: RegExp) =>
  (await readdir(join(project, "dist"))).filter((name) => pattern.test(name));
const listChunks = () => listFiles(/^chunk-.*\.js$/);
const listThreads = () => listFiles(/^pglite-thread-.*\.js$/);

/** The chunks of the first build. */
let first: readonly string[] = [];

test("commands started together on changed sources build once, and a running server keeps its files", async () => {
  const old = await serve();
  const before = await listChunks();
  await changeSource("once");
  const [checked, server, again] = await Promise.all([docent("check"), serve(), docent("check")]);
  for (const each of [checked, again])
    expect(each, each.stderr + each.stdout).toMatchObject({ code: 0 });
  const said = [checked.stderr, again.stderr, server.log()].join("");
  expect(said).not.toContain("ERR_MODULE_NOT_FOUND");
  expect(said.match(/^building …$/gm)).toHaveLength(1);
  expect(said.match(/^built in \d+ ms$/gm)).toHaveLength(1);

  const after = await listChunks();
  expect(after).toEqual(expect.arrayContaining(before));
  expect(after.length).toBeGreaterThan(before.length);
  expect((await fetch(`${old.url}/openapi.json`)).status).toBe(200);
  expect(await old.end("SIGTERM")).toBe(0);
  expect(await server.end("SIGTERM")).toBe(0);
  first = before;
});

test("a build that is killed blocks no other, and leaves what there was", async () => {
  const [chunks, threads] = [await listChunks(), await listThreads()];
  await changeSource("twice");
  const engine = join(project, "adapters/databases/pglite/engine.ts");
  await appendFile(engine, `\nObject.defineProperty(openEngine, "changed", { value: 1 });\n`);
  const killed = start([".tools/build.ts"]);
  for await (const chunk of killed.stderr) if (String(chunk).includes("building …")) break;
  killed.kill("SIGKILL");
  expect([await listChunks(), await listThreads()]).toEqual([chunks, threads]);
  const next = await finish([".tools/build.ts"]);
  expect(next).toMatchObject({ code: 0, stderr: expect.stringContaining("built in") });
  expect(existsSync(join(project, ".builds/next"))).toBe(false);
  expect(await docent("help")).toMatchObject({ code: 0, stderr: "" });

  // The earlier build's files stay, those of the one before go.
  const after = await listChunks();
  expect(after).toEqual(expect.arrayContaining(chunks.filter((name) => !first.includes(name))));
  expect(after.filter((name) => !chunks.includes(name)).length).toBeGreaterThan(0);
  expect(first.filter((name) => !after.includes(name)).length).toBeGreaterThan(0);
  expect(await listThreads()).toEqual(expect.arrayContaining(threads));
  expect(await listThreads()).toHaveLength(threads.length + 1);
});

/** A preloaded module that deletes the working directory as soon as the build begins. */
const deleting = `
  import { rmSync } from "node:fs";
  const root = process.cwd();
  const say = console.error;
  console.error = (...words) => {
    say(...words);
    if (words[0] === "building …") rmSync(root, { recursive: true });
  };`;

test("a build whose folder is deleted ends", async () => {
  const folder = await makeDirectory();
  await symlink(resolve(".tools"), join(folder, ".tools"));
  const preload = `data:text/javascript,${encodeURIComponent(deleting)}`;
  const child = start(["--import", preload, ".tools/build.ts", "made/anew"], folder);
  onTestFinished(() => void child.kill("SIGKILL"));
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining(`${folder} was deleted during the build`),
  });
});

/** Prints whether V8 rejects the compiled code of the scripts in a folder. Not here, where PostgreSQL has set V8's flags. */
const tryCode = `
  import { readdirSync, readFileSync } from "node:fs";
  import { Script } from "node:vm";
    import { readCodeFile } from "./adapters/code-file.ts";
  const [folder] = process.argv.slice(1);
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".cjs"))) {
    const source = readFileSync(folder + name);
    const cachedData = readCodeFile(folder + name + ".code", source);
    const { cachedDataRejected } = new Script(source.toString(), { cachedData });
    console.log(name.split("-")[0], "rejected:", cachedDataRejected);
  }`;

test("V8 takes what it compiled of the server and of its database's thread", async () => {
  const folder = `${resolve(built("."))}/`;
  const tried = await finish(["--input-type=module", "-e", tryCode, folder]);
  expect(tried).toMatchObject({
    code: 0,
    stderr: "",
    stdout: "pglite rejected: false\nserver rejected: false\n",
  });
});
