import { execFile } from "node:child_process";
import { cpSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { built } from "../support/servers/built.ts";
import { templates } from "../support/servers/templates.ts";

/** The rows of the database with which a start on an empty directory begins. */
const rows = "database/base";
/** Packing these would take seconds. The rows are put where the package is installed; nothing here looks at the others. */
const unpacked = new Set([rows, templates, "first-database", "docs", "cloudflare"]);

const run = promisify(execFile);
const bin = (name: string) => resolve("node_modules/.bin", name);

describe("the package", () => {
  let tarball: string;
  let consumer: string;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "docent-"));
    // What prepack does, in a project that has the tests' build for its dist/.
    const project = join(directory, "project");
    cpSync(built(""), join(project, "dist"), {
      recursive: true,
      filter: (path) => !unpacked.has(relative(built(""), path)),
    });
    for (const name of ["package.json", "README.md", "LICENSE"]) cpSync(name, join(project, name));
    await run(process.execPath, [".tools/build-types.ts", join(project, "dist/types")]);
    const { stdout } = await run(
      "npm",
      ["pack", "--json", "--ignore-scripts", "--pack-destination", directory],
      { cwd: project },
    );
    const [packed] = JSON.parse(stdout) as [{ filename: string }];
    tarball = join(directory, packed.filename);
    consumer = await install(tarball, join(directory, "consumer"));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test("is what publint calls right", async () => {
    const { stdout } = await run(bin("publint"), [tarball, "--strict"]);
    expect(stdout).toContain("All good!");
  });

  test("has types that resolve the way its modules do", async () => {
    const { stdout } = await run(bin("attw"), [
      tarball,
      "--profile",
      "esm-only",
      "--format",
      "json",
    ]);
    const { analysis } = JSON.parse(stdout) as { analysis: { problems: { kind: string }[] } };
    // It is ESM alone, as its README says; old resolutions cannot see `exports`.
    const others = analysis.problems.filter(
      ({ kind }) => kind !== "NoResolution" && kind !== "CJSResolvesToESM",
    );
    expect(others).toEqual([]);
  });

  test("runs the README's example where it is installed", async () => {
    const readme = await readFile("README.md", "utf8");
    const example = /```ts\n(import { createNodeApp }[^]*?)```/.exec(readme)?.[1];
    expect(example).toBeDefined();
    await writeFile(join(consumer, "example.mts"), example ?? "");
    const { stdout, stderr } = await run(process.execPath, ["example.mts"], { cwd: consumer });
    expect(stderr).toBe("");
    expect(stdout).toMatch(/\[1\]/);
    await run(bin("tsc"), ["-p", consumer]);
  });

  test("gives handlers that need nothing of Node's", async () => {
    const code = `import { parseSettings } from "docent"; console.log(parseSettings({}).settings.server.port)`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code], {
      cwd: consumer,
    });
    expect(stdout.trim()).toBe("7860");
  });
});

/** A project that has installed the tarball, with the dependencies that are here already. */
async function install(tarball: string, consumer: string): Promise<string> {
  const modules = join(consumer, "node_modules");
  await mkdir(join(modules, "docent"), { recursive: true });
  await run("tar", ["-xzf", tarball, "--strip-components=1", "-C", join(modules, "docent")]);
  cpSync(built(rows), join(modules, "docent/dist", rows), { recursive: true });
  const manifest = await readFile("package.json", "utf8");
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  for (const name of [...Object.keys(dependencies), "@types/node"]) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(resolve("node_modules", name), join(modules, name));
  }
  await writeFile(join(consumer, "package.json"), JSON.stringify({ type: "module" }));
  const compilerOptions = {
    module: "NodeNext",
    target: "ES2024",
    lib: ["ES2024", "WebWorker"],
    types: ["node"],
    strict: true,
    noEmit: true,
    skipLibCheck: false,
  };
  const tsconfig = { compilerOptions, include: ["*.mts"] };
  await writeFile(join(consumer, "tsconfig.json"), JSON.stringify(tsconfig));
  return consumer;
}
