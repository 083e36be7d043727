import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFolderSource } from "../../../adapters/document-sources/folder.ts";
import { createStreamSource } from "../../../adapters/document-sources/stream.ts";
import { mediaTypeOf } from "../../../handlers/documents/parsing/parsers.ts";
import type { DocumentSource } from "../../../handlers/ports/document-source.ts";
import { asUnprivileged } from "../../support/servers/unprivileged.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "documents-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const folder = (path = root, limit = 1000) => createFolderSource(path, { mediaTypeOf, limit });
const pathsAndSkips = async (source: DocumentSource) =>
  (await all(source)).map((each) =>
    "skipped" in each ? `${each.path}: ${each.skipped}` : each.path,
  );
async function all(source: DocumentSource) {
  const read = [];
  for await (const document of source.read()) {
    if ("failure" in document || "skipped" in document) read.push(document);
    else read.push({ ...document, bytes: new TextDecoder().decode(document.bytes) });
  }
  return read;
}
async function* chunks() {
  yield Uint8Array.of(0xe6, 0x96);
  yield Uint8Array.of(0x87);
}
async function put(path: string, content: string | Uint8Array) {
  await mkdir(join(root, path, ".."), { recursive: true });
  await writeFile(join(root, path), content);
}

test("documents come by name, each with its media type, other files not at all", async () => {
  await put("b/z.html", "<p>z");
  await put("b/a.mdx", "a");
  await put("a.txt", "t");
  await put("c.md", "m");
  await put("image.png", "x");
  await put(".hidden/x.md", "x");
  await put("node_modules/x/README.md", "x");
  await put(".dot.md", "x");
  expect(await all(folder())).toEqual([
    { path: ".dot.md", skipped: "hidden" },
    { path: ".hidden", skipped: "hidden" },
    { path: "a.txt", bytes: "t", mediaType: "text/plain" },
    { path: "b/a.mdx", bytes: "a", mediaType: "text/mdx" },
    { path: "b/z.html", bytes: "<p>z", mediaType: "text/html" },
    { path: "c.md", bytes: "m", mediaType: "text/markdown" },
    { path: "node_modules", skipped: "hidden" },
  ]);
});

test("what cannot be read is named with its reason, and the rest follow", async () => {
  await put("a-large.md", "x".repeat(1001));
  await symlink(join(root, "nowhere"), join(root, "g-broken.md"));
  await put("h.md", "fine");
  const read = await all(folder());
  expect(
    read.map((each) => ("failure" in each ? `${each.path}: ${each.failure}` : each.path)),
  ).toEqual([
    "a-large.md: too large: 1001 bytes, the limit is 1000",
    "g-broken.md: a link that leads nowhere",
    "h.md",
  ]);
});

test("links within the folder are followed, and a loop ends", async () => {
  await put("docs/a.md", "a");
  await put("elsewhere.txt/b.md", "b");
  await symlink(root, join(root, "docs/loop"));
  await symlink(join(root, "elsewhere.txt"), join(root, "docs/link"));
  await symlink(join(root, "docs/a.md"), join(root, "same.md"));
  expect((await all(folder())).map(({ path }) => path)).toEqual([
    "docs/a.md",
    "docs/link/b.md",
    "same.md",
  ]);
});

test("no link leads out of the folder, into hidden files or into Docent's own data", async () => {
  await put("secret.txt", "the signing secret");
  await put("docs/a.md", "a");
  await put("docs/.git/config.md", "hidden");
  await put("docs/state/database.md", "own data");
  await symlink(join(root, "secret.txt"), join(root, "docs/b.txt"));
  await symlink("../../secret.txt", join(root, "docs/state/c.txt"));
  await symlink("/etc", join(root, "docs/etc"));
  await symlink(".git/config.md", join(root, "docs/f.md"));
  await symlink("state/database.md", join(root, "docs/g.md"));
  await symlink("a.md", join(root, "docs/z.md"));
  const excluded = join(root, "docs/state");
  const source = createFolderSource(join(root, "docs"), { mediaTypeOf, limit: 1000, excluded });
  expect(await pathsAndSkips(source)).toEqual([
    ".git: hidden",
    "a.md",
    "b.txt: outside",
    "etc: outside",
    "f.md: hidden",
    "g.md: own-data",
    "state: own-data",
    "z.md",
  ]);
  expect(await source.count?.()).toBe(2);
});

test("a file that becomes a link after it was found is not read", async () => {
  await put("secret.txt", "the signing secret");
  await put("docs/a.md", "a");
  await put("docs/b.md", "b");
  const documents = folder(join(root, "docs")).read()[Symbol.asyncIterator]();
  await documents.next();
  await rm(join(root, "docs/b.md"));
  await symlink(join(root, "secret.txt"), join(root, "docs/b.md"));
  expect((await documents.next()).value).toEqual({ path: "b.md", skipped: "outside" });
});

test("the folder of Docent's own data holds no documents, but a folder in it may", async () => {
  await put("data/docs/a.md", "a");
  const excluded = join(root, "data");
  const open = (path: string) => createFolderSource(path, { mediaTypeOf, limit: 1000, excluded });
  await expect(all(open(excluded))).rejects.toMatchObject({ code: "invalid", retryable: false });
  expect(await pathsAndSkips(open(join(excluded, "docs")))).toEqual(["a.md"]);
});

test("what may not be read is named", async () => {
  await chmod(root, 0o755);
  await put("a.md", "a");
  await put("b/c.md", "c");
  await chmod(join(root, "a.md"), 0);
  await chmod(join(root, "b"), 0);
  const read = await asUnprivileged(() => all(folder()));
  await chmod(join(root, "b"), 0o700);
  const failure = "no permission to read it";
  expect(read).toEqual([
    { path: "a.md", failure },
    { path: "b", failure },
  ]);
});

test("a file is read when it is asked for, not before", async () => {
  await put("a.md", "a");
  await put("b.md", "before");
  const documents = folder().read()[Symbol.asyncIterator]();
  await documents.next();
  await put("b.md", "after");
  expect((await documents.next()).value).toEqual({
    path: "b.md",
    bytes: Buffer.from("after"),
    mediaType: "text/markdown",
  });
});

test("a single file is a source, whatever it is called", async () => {
  await put("one.md", "x");
  await put("one.pdf", "x");
  expect(await all(folder(join(root, "one.md")))).toEqual([
    { path: "one.md", bytes: "x", mediaType: "text/markdown" },
  ]);
  expect(await all(folder(join(root, "one.pdf")))).toMatchObject([
    { path: "one.pdf", failure: expect.stringContaining("not a kind of file") },
  ]);
});

test("a folder that is not there is a failure of the source", async () => {
  await expect(all(folder(join(root, "none")))).rejects.toMatchObject({
    name: "PortFailure",
    code: "not_found",
    retryable: false,
  });
});

test("a stream of bytes is one document, its characters whole across chunks", async () => {
  const options = { path: "stdin.md", mediaType: "text/markdown", limit: 3 } as const;
  expect(await all(createStreamSource(chunks(), options))).toEqual([
    { path: "stdin.md", bytes: "文", mediaType: "text/markdown" },
  ]);
  expect(await all(createStreamSource(chunks(), { ...options, limit: 2 }))).toEqual([
    { path: "stdin.md", failure: "too large: the limit is 2 bytes" },
  ]);
});
