import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openBucket } from "../../../support/backup/bucket.ts";
import { openKept } from "../../../support/backup/kept-database.ts";

const faults = [
  [{ kind: "break-off" }, "unavailable"],
  [{ kind: "status", status: 500 }, "unavailable"],
  [{ kind: "status", status: 403 }, "unauthorized"],
  [{ kind: "status", status: 412 }, undefined],
  [{ kind: "lose-reply" }, "unavailable"],
  [{ kind: "slow", milliseconds: 100 }, undefined],
] as const;

test("while the store fails, writing goes on; afterwards all of it is kept", async () => {
  const { s3, store } = await openBucket();
  const database = await openKept({ store });
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
  const names = await database.names();
  expect(names).toHaveLength(12);
  await database.close();

  // Bodies that break off or are changed on their way are read again.
  s3.gateway.fault({ kind: "cut" }, { method: "GET", path: /\/manifest/, times: 2 });
  s3.gateway.fault({ kind: "corrupt" }, { method: "GET", path: /\/log\/\d/, times: 2 });
  const again = await openKept({ store });
  expect(await again.names()).toEqual(names);
});

test("a store that is away for long makes the backup behind, and health says so", async () => {
  const { s3, store } = await openBucket();
  const database = await openKept({ store, pace: { behind: 40 } });
  const end = s3.gateway.fault({ kind: "break-off" });
  await database.add("Ada");
  await expect.poll(() => database.report().isBehind).toBe(true);
  end();
  await database.kept();
  expect(database.report().isBehind).toBe(false);
});

test("a damaged end of the log is left out by name; what was before is there", async () => {
  const bucket = await openBucket();
  const first = await openKept(bucket);
  for (const name of ["Ada", "Grace", "Hedy"]) {
    await first.add(name);
    await first.kept();
  }
  await first.close();
  const [, second = ""] = bucket.names("log/");
  bucket.damage(second);
  const again = await openKept(bucket);
  expect(await again.names()).toEqual(["Ada"]);
  expect(again.logged().join("\n")).toMatch(`left out {"object":"${second}"`);
  // From there on there is one history again.
  await again.add("Margaret");
  await again.close();
  const last = await openKept(bucket);
  expect(await last.names()).toEqual(["Ada", "Margaret"]);
  expect(last.logged().join("\n")).not.toContain("left out");
});

test("of a damaged snapshot the one before is restored, with its log", async () => {
  const bucket = await openBucket();
  const first = await openKept(bucket);
  for (let count = 0; bucket.names("snapshots/").filter(isManifest).length < 2; count += 1) {
    await first.add(`user ${count}`);
    await first.kept();
  }
  const names = await first.names();
  await first.close();
  const part = bucket.names("snapshots/").findLast((name) => name.endsWith("0001")) ?? "";
  bucket.damage(part);
  const again = await openKept(bucket);
  expect(await again.names()).toEqual(names);
  expect(again.logged().join("\n")).toContain(`the one before is taken {"object":"${part}"`);
});

test("without a whole snapshot nothing begins anew", async () => {
  const bucket = await openBucket();
  const first = await openKept(bucket);
  await first.close();
  for (const name of bucket.names("snapshots/")) bucket.damage(name);
  await expect(openKept(bucket)).rejects.toMatchObject({
    code: "not_found",
    message: "The backup holds no snapshot that is whole",
  });
});

function isManifest(name: string): boolean {
  return name.endsWith("/manifest");
}
