import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { readLease } from "../../../../adapters/databases/backup/lease/lease.ts";
import { PortFailure } from "../../../../handlers/ports/failure.ts";
import type { SnapshotStore } from "../../../../handlers/ports/snapshot-store.ts";
import { openBucket } from "../../../support/backup/bucket.ts";
import { openKept } from "../../../support/backup/kept-database.ts";
import { temporaryDirectory } from "../../../support/servers/temporary-directory.ts";

/** The same store, for a process that is cut off from it at times. */
function withCutOff(store: SnapshotStore) {
  let isCutOff = false;
  const reach = <Result>(work: () => Promise<Result>): Promise<Result> =>
    isCutOff
      ? Promise.reject(new PortFailure("unavailable", "cut off", { retryable: true }))
      : work();
  const own: SnapshotStore = {
    ...store,
    put: (...all) => reach(() => store.put(...all)),
    get: (name) => reach(() => store.get(name)),
    list: (prefix) => reach(() => store.list(prefix)),
    delete: (names) => reach(() => store.delete(names)),
  };
  return { store: own, cutOff: (now: boolean) => void (isCutOff = now) };
}

test("a second process takes over: nothing is lost, and the first one only reads", async () => {
  const { store } = await openBucket();
  const first = await openKept({ store });
  await first.add("Ada");
  const opening = openKept({ store });
  // The first goes on writing until it is asked; each of its writes is done or refused.
  const done = ["Ada"];
  for (let count = 0; ; count += 1) {
    const name = `user ${String(count).padStart(4, "0")}`;
    const failure = await first.add(name).catch((error: unknown) => error);
    if (failure !== undefined) {
      expect(failure).toMatchObject({ code: "moved", retryable: true });
      break;
    }
    done.push(name);
  }
  const second = await opening;
  expect(await second.names()).toEqual(done);
  await second.add("Zora");
  expect(await first.names()).toEqual(done);
  expect(first.logged().join("\n")).toContain("the database was handed over");
  await second.kept();
  expect((await readLease(store))?.lease?.epoch).toBeGreaterThan(1);
});

test("one that fails while it takes over disables no other", async () => {
  const { store } = await openBucket();
  const first = await openKept({ store });
  await first.add("Ada");
  const newcomer = withCutOff(store);
  const cutOffAtRelease: SnapshotStore = {
    ...newcomer.store,
    async get(name) {
      const found = await newcomer.store.get(name);
      if (new TextDecoder().decode(found?.content).includes('"released":true'))
        newcomer.cutOff(true);
      return found;
    },
  };
  await expect(openKept({ store: cutOffAtRelease })).rejects.toMatchObject({ code: "unavailable" });
  expect(first.logged().join("\n")).toContain("handed over");
  await expect.poll(() => first.logged().join("\n")).toContain("taken back");
  await first.add("Grace");
  await first.kept();
  expect(await first.names()).toEqual(["Ada", "Grace"]);
});

test("a silent process is fenced by a higher epoch, writes no more when it is back, and says what it lost", async () => {
  const { store } = await openBucket();
  const silent = withCutOff(store);
  const first = await openKept({ store: silent.store });
  await first.add("Ada");
  await first.kept();
  silent.cutOff(true);
  await first.add("Grace");
  const second = await openKept({ store });
  expect(await second.names()).toEqual(["Ada"]);
  await second.add("Hedy");
  silent.cutOff(false);
  await expect
    .poll(() => first.add("Margaret").catch((error: unknown) => error))
    .toMatchObject({
      code: "moved",
    });
  await expect
    .poll(() => first.logged().join("\n"))
    .toMatch(/has taken over[^\n]*"changes_not_handed_over":[1-9]/);
  await second.kept();
  // Its directory is of another history: set aside, not mixed in.
  await first.close();
  await second.close();
  const third = await openKept({ store, directory: first.directory });
  expect(await third.names()).toEqual(["Ada", "Hedy"]);
  const beside = await readdir(first.directory);
  expect(beside.filter((name) => name.startsWith("database.set-aside-"))).toHaveLength(1);
  expect(third.logged().join("\n")).toContain("was set aside");
});

test("a directory that was never backed up is set aside where the store holds something", async () => {
  const { store } = await openBucket();
  const first = await openKept({ store });
  await first.add("Ada");
  await first.close();
  const elsewhere = await openKept(await openBucket());
  await elsewhere.add("Grace");
  await elsewhere.close();
  const mixed = await openKept({ store, directory: elsewhere.directory });
  expect(await mixed.names()).toEqual(["Ada"]);
});

test("a directory that is still there goes on where it was, with what was unsent", async () => {
  const bucket = await openBucket();
  const cut = withCutOff(bucket.store);
  const first = await openKept({ store: cut.store });
  await first.add("Ada");
  await first.kept();
  const before = bucket.names("snapshots/");
  cut.cutOff(true);
  await first.add("Grace");
  // It cannot send that before it ends.
  await first.close();
  expect(first.logged().join("\n")).toContain(
    'not everything was backed up before the end {"changes":1}',
  );
  const again = await openKept({ store: bucket.store, directory: first.directory });
  expect(await again.names()).toEqual(["Ada", "Grace"]);
  await again.kept();
  expect(bucket.names("snapshots/")).toEqual(before);
  await again.close();
  const restored = await openKept({ store: bucket.store });
  expect(await restored.names()).toEqual(["Ada", "Grace"]);
});

test("with a passphrase nothing readable is stored, and the signing secret goes along", async () => {
  const bucket = await openBucket();
  const secretPath = join(await temporaryDirectory(), "secret");
  await writeFile(secretPath, "a signing secret of this server\n");
  const first = await openKept({ ...bucket, passphrase: "a lantern in the fog", secretPath });
  await first.add("Ada Lovelace");
  await first.kept();
  await first.close();
  await rm(secretPath);
  const contents = [...bucket.s3.objects].filter(
    ([name]) => name !== "lease.json" && name !== "key",
  );
  expect(contents.length).toBeGreaterThan(2);
  for (const [, { content }] of contents) expect(content.subarray(0, 4).toString()).toBe("DCT1");
  await expect(openKept(bucket)).rejects.toMatchObject({
    code: "unauthorized",
    message: "BACKUP_PASSPHRASE is missing: the backup is encrypted",
  });
  await expect(openKept({ ...bucket, passphrase: "another one" })).rejects.toMatchObject({
    message: "BACKUP_PASSPHRASE is not the one that the backup was begun with",
  });
  const again = await openKept({ ...bucket, passphrase: "a lantern in the fog", secretPath });
  expect(await again.names()).toEqual(["Ada Lovelace"]);
  expect(await readFile(secretPath, "utf8")).toBe("a signing secret of this server\n");
});

test("a passphrase may come later: what was stored before is read, and nothing unencrypted after it", async () => {
  const bucket = await openBucket();
  const first = await openKept(bucket);
  await first.add("Ada");
  await first.close();
  const second = await openKept({ ...bucket, passphrase: "a lantern in the fog" });
  await second.add("Grace");
  await second.close();
  const third = await openKept({ ...bucket, passphrase: "a lantern in the fog" });
  expect(await third.names()).toEqual(["Ada", "Grace"]);
  await sleep(0);
});
