import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommandHere } from "../../support/clients/run-command.ts";
import { runCli } from "../../support/servers/run-cli.ts";
import { adminKey, type StandIn, startStandIn } from "../../support/stand-ins/stand-in-docent.ts";

// The other side is a stand-in that speaks the documented contract of /api/documents.
let server: StandIn;
let folder: string;
beforeEach(async () => {
  server = await startStandIn();
  folder = await mkdtemp(join(tmpdir(), "docent-ingest-"));
  await mkdir(join(folder, "guide", ".hidden"), { recursive: true });
  await mkdir(join(folder, "node_modules"));
  await Promise.all(
    ["intro.md", "guide/01-start.mdx", "guide/größe.html", "guide/a.txt", "guide/b.markdown"]
      .concat(["guide/.hidden/no.md", "node_modules/no.md", "picture.png", ".no.md"])
      .map((path) => writeFile(join(folder, path), `# ${path}\n`)),
  );
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const ingest = (
  where: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = { ADMIN_API_KEY: adminKey },
) => runCommandHere(["ingest", where, "--url", server.url, ...args], { environment });
const stored = () => [...server.documents.values()];
const storedPaths = () =>
  stored()
    .map(({ path }) => path)
    .sort();

describe("docent ingest", () => {
  test("sends every document of a folder, with its kind, under the folder's name", async () => {
    const { code, stdout, stderr } = await ingest(folder);
    expect(storedPaths()).toEqual(
      [
        "guide/01-start.mdx",
        "guide/a.txt",
        "guide/b.markdown",
        "guide/größe.html",
        "intro.md",
      ].sort(),
    );
    expect(stored()).toContainEqual(
      expect.objectContaining({
        path: "guide/01-start.mdx",
        content: "# guide/01-start.mdx\n",
        source: basename(folder),
      }),
    );
    expect(stdout).toContain("5 added, 0 changed, 0 unchanged, 0 removed, 0 failed");
    expect(stdout).toMatch(/15 passages in .* s, \d+\/s \(sending .* s, removing .* s\)/);
    expect(stderr).toContain("5/5 documents");
    expect(stderr).toContain("- guide/.hidden: skipped, hidden\n");
    expect(code).toBe(0);
  });

  test("counts what changed and removes what is gone, of this source only", async () => {
    await ingest(folder);
    await ingest(join(folder, "intro.md"), ["--source", "other"]);
    await writeFile(join(folder, "guide/a.txt"), "New.\n");
    await Promise.all(["intro.md", "guide/b.markdown"].map((path) => rm(join(folder, path))));
    const { stdout } = await ingest(folder);
    expect(stdout).toContain("0 added, 1 changed, 2 unchanged, 2 removed, 0 failed");
    expect(storedPaths()).toEqual(
      ["guide/01-start.mdx", "guide/a.txt", "guide/größe.html", "intro.md"].sort(),
    );
  });

  test("names each file that fails with its reason, takes the rest and keeps the old", async () => {
    await ingest(folder);
    await writeFile(join(folder, "intro.md"), Buffer.from([0x23, 0xff, 0xfe]));
    await writeFile(join(folder, "guide/a.txt"), " \n");
    const { code, stdout, stderr } = await ingest(folder);
    expect(code).toBe(1);
    expect(stdout).toContain("0 added, 0 changed, 3 unchanged, 0 removed, 2 failed");
    expect(stderr).toContain("✗ intro.md: binary\n");
    expect(stderr).toContain("✗ guide/a.txt: empty\n");
    expect(server.documents.size).toBe(5);
  });

  test("follows no link out of the folder, says so, and removes what one brought before", async () => {
    await writeFile(join(folder, "secret.txt"), "the signing secret");
    await ingest(folder, ["--source", "docs"]);
    await rename(join(folder, "secret.txt"), `${folder}-secret.txt`);
    await symlink(`${folder}-secret.txt`, join(folder, "secret.txt"));
    const { code, stdout, stderr } = await ingest(folder, ["--source", "docs"]);
    await rm(`${folder}-secret.txt`);
    expect(stderr).toContain("- secret.txt: skipped, a link that leads out of the folder\n");
    expect(stdout).toContain("0 added, 0 changed, 5 unchanged, 1 removed, 0 failed");
    expect(code).toBe(0);
    expect(storedPaths()).not.toContain("secret.txt");
  });

  test.each(["api", "files"])(
    "leaves other documents alone where a folder is called %s",
    async (name) => {
      await ingest(join(folder, "intro.md"), ["--source", name, "--path", "uploaded.md"]);
      await rename(join(folder, "guide"), join(folder, name));
      const { stdout } = await ingest(join(folder, name));
      expect(stdout).toContain("4 added, 0 changed, 0 unchanged, 0 removed, 0 failed");
      expect(storedPaths()).toContain("uploaded.md");
      expect(new Set(stored().map(({ source }) => source))).toEqual(
        new Set([name, `${name}-folder`]),
      );
    },
  );

  test("takes a single file, and removes nothing for it", async () => {
    await ingest(folder, ["--source", "files"]);
    const { stdout } = await ingest(join(folder, "intro.md"), ["--source", "files"]);
    expect(stdout).toContain("0 added, 0 changed, 1 unchanged, 0 removed, 0 failed");
    expect(server.requests.filter((line) => line.startsWith("DELETE"))).toEqual([]);
  });

  test("takes standard input, under a path of one's choice", async () => {
    const input = "# Read me\n";
    const url = "https://docs.example.com";
    const words = ["ingest", "-", "--path", "notes/today.md", "--url-base", url];
    const { code } = await runCli([...words, "--url", server.url], {
      environment: { ADMIN_API_KEY: adminKey },
      input,
    });
    expect(code).toBe(0);
    expect(stored()).toEqual([
      expect.objectContaining({ path: "notes/today.md", content: input, url_base: url }),
    ]);
  });

  test("sends a folder in few requests, and alone what a form cannot describe", async () => {
    const large = "A long sentence. ".repeat(40_000);
    await Promise.all(
      Array.from({ length: 120 }, (_, index) => writeFile(join(folder, `${index}.md`), "Text.")),
    );
    await Promise.all(
      ['a "quoted" name.md', "100%25.md", "large.md"].map((path) =>
        writeFile(join(folder, path), path === "large.md" ? large : "Text."),
      ),
    );
    const { stdout, code } = await ingest(folder, ["--source", "many"]);
    expect(stdout).toContain("128 added, 0 changed, 0 unchanged, 0 removed, 0 failed");
    expect(storedPaths()).toEqual(expect.arrayContaining(['a "quoted" name.md', "100%25.md"]));
    expect(server.requests.filter((line) => line.startsWith("POST")).length).toBeLessThan(10);
    expect(code).toBe(0);
  });

  test("sends each document alone where a form is refused, and names each with its reason", async () => {
    server.refusedForm = { status: 413, code: "body_too_large", detail: "Too much." };
    await writeFile(join(folder, "intro.md"), Buffer.from([0x23, 0xff, 0xfe]));
    await writeFile(join(folder, "guide/a.txt"), " \n");
    const { code, stdout, stderr } = await ingest(folder);
    expect(code).toBe(1);
    expect(stdout).toContain("3 added, 0 changed, 0 unchanged, 0 removed, 2 failed");
    expect(stderr).toContain("✗ intro.md: The document is binary. (unreadable_document)\n");
    expect(stderr).toContain("✗ guide/a.txt: The document is empty. (empty_document)\n");
    expect(stderr).toContain("5/5 documents");
  });

  test("stops where a form is refused for a reason that every document would meet", async () => {
    server.refusedForm = { status: 507, code: "storage_full", detail: "The disk is full." };
    const { code, stdout, stderr } = await ingest(folder);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe("docent: The disk is full. (storage_full)\n");
    expect(server.documents.size).toBe(0);
  });

  test("says how many are stored where it must stop on the way", async () => {
    server.refusedNext = { status: 507, code: "storage_full", detail: "The disk is full." };
    await Promise.all(
      Array.from({ length: 200 }, (_, index) => writeFile(join(folder, `${index}.md`), "Text.")),
    );
    const { code, stdout, stderr } = await ingest(folder);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("The disk is full. (storage_full)\n");
    const said = /At least (\d+) documents are stored; the same command .*\n/.exec(stderr);
    expect(Number(said?.[1])).toBeGreaterThan(0);
    expect(Number(said?.[1])).toBeLessThanOrEqual(server.documents.size);
  });

  test("waits where the server is busy", async () => {
    server.busyFor = 6;
    const { code, stdout } = await ingest(folder);
    expect(stdout).toContain("5 added");
    expect(code).toBe(0);
  });

  test("stops at once, in one line, when the key is wrong", async () => {
    const environment = { ADMIN_API_KEY: "x".repeat(32) };
    const { code, stdout, stderr } = await ingest(folder, [], environment);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe("docent: The key is wrong. (unauthorized)\n");
    expect(server.requests.length).toBeLessThanOrEqual(4);
  });

  test("says what to do when there is no key", async () => {
    const { code, stderr } = await ingest(folder, [], {});
    expect(code).toBe(1);
    expect(stderr).toMatch(/^docent: The server at .* ADMIN_API_KEY .* set the same key here/);
    expect(server.requests).toEqual([]);
  });

  test("removes nothing when the folder is empty or not there", async () => {
    await ingest(folder, ["--source", "docs"]);
    await mkdir(join(folder, "empty"));
    for (const where of [join(folder, "empty"), join(folder, "none")]) {
      const { code, stderr } = await ingest(where, ["--source", "docs"]);
      expect(code).toBe(1);
      expect(stderr).toContain(`${where}.\n`);
    }
    expect(server.documents.size).toBe(5);
  });
});
