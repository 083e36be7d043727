import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockDirectory, readHolder } from "../../../adapters/databases/pglite/lock.ts";
import { startChild } from "../../support/servers/child.ts";
import { built } from "../../support/servers/built.ts";
import { temporaryDirectory } from "../../support/servers/temporary-directory.ts";
import { asUnprivileged } from "../../support/servers/unprivileged.ts";

const program = new URL("../../support/servers/database-child.ts", import.meta.url);

test("a second process is refused with the holder's pid and what to do", async () => {
  const directory = await temporaryDirectory();
  const prepared = built("database");
  const holder = startChild(program, [directory, prepared]);
  await holder.line("open");
  const second = startChild(program, [directory, prepared]);
  const refusal = await second.line("refused");
  expect(refusal).toContain(`process ${holder.process.pid} `);
  expect(refusal).toContain("DATA_DIR");
  expect(await readHolder(directory)).toMatchObject({
    pid: holder.process.pid,
    url: "http://127.0.0.1:7860",
  });
  await holder.kill("SIGKILL");
});

test("a killed holder's lock is free at once, although its file is still there", async () => {
  const directory = await temporaryDirectory();
  const holder = startChild(program, [directory, built("database")]);
  await holder.line("open");
  await holder.kill("SIGKILL");
  expect(await readHolder(directory)).toBeUndefined();
  const lock = await lockDirectory(directory);
  await lock.release();
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

test("of several processes starting at once exactly one wins", async () => {
  const directory = await temporaryDirectory();
  const prepared = built("database");
  const children = Array.from({ length: 4 }, () => startChild(program, [directory, prepared]));
  const outcomes = await Promise.all(
    children.map((child) => Promise.race([child.line("open"), child.line("refused")])),
  );
  expect(outcomes.filter((line) => line.startsWith("open"))).toHaveLength(1);
  await Promise.all(children.map((child) => child.kill("SIGKILL")));
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
