import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { readLease } from "../../../../adapters/databases/backup/lease/lease.ts";
import { chooseSnapshotStore } from "../../../../adapters/snapshot-stores/choose.ts";
import { sql } from "../../../../handlers/lib/sql.ts";
import { PortFailure } from "../../../../handlers/ports/failure.ts";
import type { SnapshotStore } from "../../../../handlers/ports/snapshot-store.ts";
import { createMemoryLogger } from "../../../support/apps/logger.ts";
import { migratedDirectory } from "../../../support/apps/test-database.ts";
import { openBucket } from "../../../support/backup/bucket.ts";
import { hour, wrongBy } from "../../../support/backup/clocks.ts";
import { openKept } from "../../../support/backup/kept-database.ts";
import { createThreadlessDatabase } from "../../../support/backup/threadless-database.ts";
import { temporaryDirectory } from "../../../support/servers/temporary-directory.ts";
import { startHubDatasets } from "../../../support/stand-ins/snapshots/hub-datasets.ts";

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

test.each(["bucket", "dataset"] as const)(
  "a second process takes over, in a %s: nothing is lost, and the first one only reads",
  async (kind) => {
    const store = kind === "bucket" ? (await openBucket()).store : await openDataset();
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
      await sleep(5);
    }
    const second = await opening;
    expect(await second.names()).toEqual(done);
    await second.add("Zora");
    expect(await first.names()).toEqual(done);
    expect(first.logged().join("\n")).toContain("the database was handed over");
    await second.kept();
    expect((await readLease(store))?.lease?.epoch).toBeGreaterThan(1);
  },
);

test("a restore begins again where the snapshots that it reads have been replaced meanwhile", async () => {
  const bucket = await openBucket();
  const { store } = bucket;
  const first = await openKept({ store });
  await first.add("Ada");
  await first.kept();
  // The first that is asked for is handed out when it is gone.
  const held = { name: "" };
  const isThere = (name: string) => bucket.names("snapshots/").includes(name);
  const slow: SnapshotStore = {
    ...store,
    async get(name) {
      if (held.name === "" && name.endsWith("/manifest")) {
        held.name = name;
        while (isThere(name)) await sleep(10);
      }
      return store.get(name);
    },
  };
  const opening = openKept({ store: slow });
  const done = ["Ada"];
  while (held.name === "" || isThere(held.name)) {
    const name = `user ${String(done.length).padStart(4, "0")}`;
    await first.add(name);
    done.push(name);
    await sleep(20);
  }
  const second = await opening;
  expect(second.logged().join("\n")).toContain("a snapshot cannot be restored");
  expect(await second.names()).toEqual(done);
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

test("a silent process is fenced by a higher epoch, writes no more when it is back, and says what it lost, with clocks that are an hour wrong", async () => {
  const bucket = await openBucket();
  const silent = withCutOff(bucket.store);
  const first = await openKept({ store: silent.store });
  await first.add("Ada");
  await first.kept();
  silent.cutOff(true);
  await first.add("Grace");
  const late = wrongBy(-hour);
  const second = await openKept({ store: bucket.storeOf(late), clock: late });
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
  await first.close();
  // Asks, and waits for the hand-over, on a clock two hours ahead of the holder's. Its directory is of another
  // history: set aside, not mixed in.
  const early = wrongBy(hour);
  const store = bucket.storeOf(early);
  const third = await openKept({ store, clock: early, directory: first.directory });
  expect(await third.names()).toEqual(["Ada", "Hedy"]);
  expect(second.logged().join("\n")).toContain("the database was handed over");
  const beside = await readdir(first.directory);
  expect(beside.filter((name) => name.startsWith("database.set-aside-"))).toHaveLength(1);
  expect(third.logged().join("\n")).toContain("was set aside");
});

test("a directory that is still there goes on where it was, with what was unsent; one that was never backed up is set aside", async () => {
  const bucket = await openBucket();
  const cut = withCutOff(bucket.store);
  const first = await openKept({ store: cut.store, pace: { stop: 300 } });
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

  const directory = await temporaryDirectory();
  const plain = createThreadlessDatabase(directory, await migratedDirectory(createMemoryLogger()));
  await plain.open();
  await plain.query(
    sql`insert into users (id, kind, name) values (gen_random_uuid(), 'user', 'Hedy')`,
  );
  await plain.close();
  const restored = await openKept({ store: bucket.store, directory });
  expect(await restored.names()).toEqual(["Ada", "Grace"]);
  expect((await readdir(directory)).join()).toContain("database.set-aside-");
});

test("with a passphrase nothing readable is stored, and the signing secret goes along; what was stored without one is read", async () => {
  const bucket = await openBucket();
  const passphrase = "a lantern in the fog";
  const secretPath = join(await temporaryDirectory(), "secret");
  await writeFile(secretPath, "a signing secret of this server\n");
  const first = await openKept({ ...bucket, secretPath });
  await first.add("Ada Lovelace");
  await first.close();
  const readable = [...bucket.s3.objects.keys()];
  expect(readable).not.toContain("secret");
  const second = await openKept({ ...bucket, passphrase, secretPath });
  await second.add("Grace Hopper");
  await second.kept();
  await second.close();
  await rm(secretPath);
  const later = [...bucket.s3.objects].filter(
    ([name]) => !readable.includes(name) && name !== "key",
  );
  expect(later.length).toBeGreaterThan(1);
  for (const [, { content }] of later) expect(content.subarray(0, 4).toString()).toBe("DCT1");
  await expect(openKept(bucket)).rejects.toMatchObject({
    code: "unauthorized",
    message: "BACKUP_PASSPHRASE is missing: the backup is encrypted",
  });
  await expect(openKept({ ...bucket, passphrase: "another one" })).rejects.toMatchObject({
    message: "BACKUP_PASSPHRASE is not the one that the backup was begun with",
  });
  const again = await openKept({ ...bucket, passphrase, secretPath });
  expect(await again.names()).toEqual(["Ada Lovelace", "Grace Hopper"]);
  expect(await readFile(secretPath, "utf8")).toBe("a signing secret of this server\n");
});

async function openDataset(): Promise<SnapshotStore> {
  const { endpoint, repository, token, stop } = await startHubDatasets();
  onTestFinished(stop);
  const place = { kind: "hub-dataset", endpoint, repository, token, prefix: "space" } as const;
  return chooseSnapshotStore(place);
}
