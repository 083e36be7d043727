import { existsSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockDirectory, readHolder } from "../../../adapters/databases/pglite/lock.ts";
import { startChild } from "../../support/servers/child.ts";
import { built } from "../../support/servers/built.ts";
import { temporaryDirectory } from "../../support/servers/temporary-directory.ts";
import { asUnprivileged } from "../../support/servers/unprivileged.ts";

const program = new URL("../../support/servers/database-child.ts", import.meta.url);

test("of several processes starting at once exactly one wins; the others are told its pid and what to do; once it is killed, its lock is free at once", async () => {
  const directory = await temporaryDirectory();
  const prepared = built("database");
  const children = Array.from({ length: 4 }, () => startChild(program, [directory, prepared]));
  const lines = await Promise.all(
    children.map((child) => Promise.race([child.line("open"), child.line("refused")])),
  );
  const winner = children[lines.findIndex((line) => line.startsWith("open"))];
  const refusals = lines.filter((line) => line.startsWith("refused"));
  expect(refusals).toHaveLength(3);
  const pid = winner?.process.pid;
  for (const refusal of refusals) {
    expect(refusal).toContain(`process ${pid} `);
    expect(refusal).toContain("DATA_DIR");
  }
  expect(await readHolder(directory)).toMatchObject({ pid, url: "http://127.0.0.1:7860" });

  await winner?.kill("SIGKILL");
  // Its file is still there.
  expect(existsSync(join(directory, "holder.json"))).toBe(true);
  expect(await readHolder(directory)).toBeUndefined();
  await (await lockDirectory(directory)).release();
});

test("a holder's file that names a living process, as after a container's restart, locks nobody out", async () => {
  const directory = await temporaryDirectory();
  const stale = { pid: process.pid, startedAt: "2026-01-01T00:00:00Z" };
  await writeFile(join(directory, "holder.json"), JSON.stringify(stale));
  expect(await readHolder(directory)).toBeUndefined();
  const lock = await lockDirectory(directory, "http://localhost:1");
  expect(await readHolder(directory)).toMatchObject({
    pid: process.pid,
    url: "http://localhost:1",
  });
  await lock.release();
  expect(await readHolder(directory)).toBeUndefined();
});

test("the same process cannot take a directory twice, and can after giving it back", async () => {
  const directory = await temporaryDirectory();
  const lock = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toMatchObject({ code: "unavailable" });
  await lock.release();
  await (await lockDirectory(directory)).release();
});

test("a very long path can be locked", async () => {
  const directory = join(await temporaryDirectory(), "d".repeat(120), "e".repeat(120));
  await (await lockDirectory(directory)).release();
});

test("a DATA_DIR that is a file is a failure that names no path", async () => {
  const path = join(await temporaryDirectory(), "file");
  await writeFile(path, "");
  const failure = await lockDirectory(path).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "unavailable", message: expect.stringMatching(/EEXIST/) });
  expect(String(failure)).not.toContain(path);
});

test("an unwritable DATA_DIR is named as such", async () => {
  const directory = await temporaryDirectory();
  await chmod(directory, 0o500);
  await expect(asUnprivileged(() => lockDirectory(directory))).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("cannot be written"),
  });
});
