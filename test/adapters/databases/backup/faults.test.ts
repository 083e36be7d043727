import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { sql } from "../../../../handlers/lib/sql.ts";
import { openBucket } from "../../../support/backup/bucket.ts";
import { openKept } from "../../../support/backup/kept-database.ts";
import { mountSmallDisk } from "../../../support/servers/small-disk.ts";

const faults = [
  [{ kind: "break-off" }, "unavailable"],
  [{ kind: "status", status: 500 }, "unavailable"],
  [{ kind: "status", status: 403 }, "unauthorized"],
  [{ kind: "status", status: 412 }, undefined],
  [{ kind: "lose-reply" }, "unavailable"],
  [{ kind: "slow", milliseconds: 100 }, undefined],
] as const;

test("while the store fails, writing goes on; afterwards all of it is kept, however long that took", async () => {
  const { s3, store } = await openBucket();
  const database = await openKept({ store, pace: { behind: 40 } });
  for (const [index, [fault, code]] of faults.entries()) {
    const end = s3.gateway.fault(fault, { method: "PUT" });
    await database.add(`${index} meanwhile`);
    if (code !== undefined) {
      await expect.poll(() => database.report().lastError).toBe(code);
      const { durableUntil } = database.report();
      await sleep(50);
      expect(database.report().durableUntil).toEqual(durableUntil);
    }
    await database.add(`${index} still`);
    end();
    await database.kept();
    expect(database.report()).toMatchObject({ lastError: undefined, pendingSeconds: 0 });
  }
  expect(database.logged().join("\n")).toContain('the backup cannot be reached {"code"');
  expect(database.logged()).toContain("the backup can be reached again {}");

  // For so long that another process would take the lease.
  const isBack = s3.gateway.fault({ kind: "break-off" });
  await database.query(sql`insert into users (id, kind, name)
    select gen_random_uuid(), 'user', 'meanwhile ' || n from generate_series(1, 450) as n`);
  await expect.poll(() => database.report().isBehind).toBe(true);
  const { durableUntil } = database.report();
  await sleep(2 * database.pace.silence);
  await database.add("still");
  expect(database.report()).toMatchObject({ durableUntil, lastError: "unavailable" });
  isBack();
  await database.kept();
  expect(database.report()).toMatchObject({ isBehind: false, lastError: undefined });
  const names = await database.names();
  expect(names).toHaveLength(12 + 450 + 1);
  await database.close();

  // Bodies that break off or are changed on their way are read again.
  s3.gateway.fault({ kind: "cut" }, { method: "GET", path: /\/manifest/, times: 2 });
  s3.gateway.fault({ kind: "corrupt" }, { method: "GET", path: /\/log\/\d/, times: 2 });
  const again = await openKept({ store });
  expect(await again.names()).toEqual(names);
});

test("a segment that was stored although its reply was lost does not stop the ones after it", async () => {
  const { s3, store } = await openBucket();
  const database = await openKept({ store, pace: { retry: 60_000 } });
  await database.add("Ada");
  await database.kept();
  s3.gateway.fault({ kind: "lose-reply" }, { method: "PUT", path: /\/log\//, times: 1 });
  await database.add("Grace");
  await expect.poll(() => database.report().lastError).toBe("unavailable");
  await database.add("Hedy");
  // Ends the wait for the next attempt, and sends another content in its place.
  await database.close();
  const again = await openKept({ store });
  expect(await again.names()).toEqual(["Ada", "Grace", "Hedy"]);
  expect(again.logged().join("\n")).not.toContain("left out");
});

test("what is damaged is left out by name: the end of the log, then a snapshot; without a whole one nothing begins anew", async () => {
  const bucket = await openBucket();
  const first = await openKept(bucket);
  for (const name of ["Ada", "Grace", "Hedy"]) {
    await first.add(name);
    await first.kept();
  }
  await first.close();
  const [, segment = ""] = bucket.names("log/");
  bucket.damage(segment);
  const second = await openKept(bucket);
  expect(await second.names()).toEqual(["Ada"]);
  expect(second.logged().join("\n")).toMatch(`left out {"object":"${segment}"`);

  for (let count = 0; bucket.names("snapshots/").filter(isManifest).length < 2; count += 1) {
    await second.add(`user ${count}`);
    await second.kept();
  }
  const names = await second.names();
  await second.close();
  const part = bucket.names("snapshots/").findLast((name) => name.endsWith("0001")) ?? "";
  bucket.damage(part);
  // From the end that was left out there is one history again.
  const third = await openKept(bucket);
  expect(await third.names()).toEqual(names);
  expect(third.logged().join("\n")).toContain(`the one before is taken {"object":"${part}"`);
  expect(third.logged().join("\n")).not.toContain("left out");
  await third.close();

  for (const name of bucket.names("snapshots/").filter(isManifest)) bucket.damage(name);
  await expect(openKept(bucket)).rejects.toMatchObject({
    code: "not_found",
    message: "The backup holds no snapshot that is whole",
  });
});

const probe = mountSmallDisk(1);
if (typeof probe === "string") {
  console.log(`a disk full of unsent changes: skipped, because ${probe}`);
  test.skip(`a disk full of unsent changes (skipped: ${probe})`);
} else {
  probe.remove();

  test("on a disk full of unsent changes writes are refused; nothing acknowledged is lost", async () => {
    const disk = mountSmallDisk(64);
    if (typeof disk === "string") throw new Error(disk);
    onTestFinished(() => disk.remove());
    const { s3, store } = await openBucket();
    const directory = join(disk.path, "data");
    const database = await openKept({ store, directory, on: "its-own-thread" });
    const end = s3.gateway.fault({ kind: "break-off" });
    disk.fill(2_000_000);
    const acknowledged: string[] = [];
    const full = { code: "unavailable", retryable: true, message: expect.stringContaining("full") };
    await expect(
      (async () => {
        for (let count = 0; count < 20_000; count += 1) {
          const name = `${String(count).padStart(5, "0")} ${randomBytes(1000).toString("hex")}`;
          await database.add(name);
          acknowledged.push(name);
        }
      })(),
    ).rejects.toMatchObject(full);
    await expect(database.add("refused")).rejects.toMatchObject(full);
    expect(acknowledged.length).toBeGreaterThan(100);
    end();
    disk.empty();
    await expect.poll(() => database.add("again").catch(() => "refused")).toBeUndefined();
    await database.kept();
    await database.close();
    const restored = await openKept({ store });
    expect(await restored.names()).toEqual([...acknowledged, "again"]);
  });
}

function isManifest(name: string): boolean {
  return name.endsWith("/manifest");
}
