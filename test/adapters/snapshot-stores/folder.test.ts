import { mkdir, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFolderStore } from "../../../adapters/snapshot-stores/folder/store.ts";
import { temporaryDirectory } from "../../support/servers/temporary-directory.ts";

const absent = { kind: "absent" } as const;
const content = new TextEncoder().encode("content");

test("only this user can read the objects, and nothing else is left in the folder", async () => {
  const directory = join(await temporaryDirectory(), "backup");
  const store = createFolderStore(directory);
  const { version } = await store.put("log/1", content, absent);
  await store.put("log/1", content, { kind: "unchanged", version });
  await store.put("log/1", content, absent).catch(() => undefined);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  expect((await stat(join(directory, "log", "1"))).mode & 0o777).toBe(0o600);
  expect(await readdir(directory)).toEqual(["log"]);
  await store.delete(["log/1"]);
  expect(await readdir(directory)).toEqual([]);
});

test.each([
  "../secret",
  "a/../../secret",
  "/etc/passwd",
  ".lock",
  "a//b",
  "a/",
  "a/.b",
  "",
  "a\\b",
])("the name %j leads nowhere", async (name) => {
  const store = createFolderStore(await temporaryDirectory());
  const refused = { code: "invalid", retryable: false };
  await expect(store.put(name, content, absent)).rejects.toMatchObject(refused);
  await expect(store.get(name)).rejects.toMatchObject(refused);
  await expect(store.delete([name])).rejects.toMatchObject(refused);
});

test("the prefix of a list does not lead out of the folder either", async () => {
  const store = createFolderStore(await temporaryDirectory());
  await expect(store.list("../")).rejects.toMatchObject({ code: "invalid" });
});

test("a lock left behind by a process that was killed, with its name or empty, is taken over", async () => {
  // At once, because a lock is taken over after some seconds.
  const [one, other] = [await temporaryDirectory(), await temporaryDirectory()];
  await Promise.all([takeLockOver(one, "gone"), takeLockOver(other, undefined)]);
}, 15_000);

async function takeLockOver(directory: string, holder: string | undefined): Promise<void> {
  const store = createFolderStore(directory);
  const { version } = await store.put("lease.json", content, absent);
  await mkdir(join(directory, ".lock"));
  if (holder !== undefined) await writeFile(join(directory, ".lock", holder), "");
  const next = new TextEncoder().encode("next");
  const puts = [1, 2].map(() =>
    store.put("lease.json", next, { kind: "unchanged", version }).then(
      () => "won",
      () => "lost",
    ),
  );
  expect((await Promise.all(puts)).toSorted()).toEqual(["lost", "won"]);
  expect(await readdir(directory)).toEqual(["lease.json"]);
}

test("drafts of processes that were killed go once they are an hour old", async () => {
  const directory = await temporaryDirectory();
  const store = createFolderStore(directory);
  await writeFile(join(directory, ".draft-old"), "x");
  await writeFile(join(directory, ".draft-new"), "x");
  const before = new Date(Date.now() - 2 * 3_600_000);
  await utimes(join(directory, ".draft-old"), before, before);
  await store.check();
  expect(await readdir(directory)).toEqual([".draft-new"]);
});

test("what the file system refuses is a failure that names no path", async () => {
  const directory = join(await temporaryDirectory(), "file");
  await writeFile(directory, "a file, not a folder");
  const store = createFolderStore(directory);
  const failed = { name: "PortFailure", code: "unavailable", retryable: true };
  const hidden = expect.not.stringContaining(directory);
  await expect(store.check()).rejects.toMatchObject({ ...failed, message: hidden });
  await expect(store.put("log/1", content, absent)).rejects.toMatchObject({
    ...failed,
    message: hidden,
  });
});
