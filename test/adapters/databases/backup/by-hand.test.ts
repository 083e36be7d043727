import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createSchema, writeState } from "../../../../adapters/databases/backup/state.ts";
import { runCommandHere } from "../../../support/clients/run-command.ts";
import { createThreadlessDatabase } from "../../../support/backup/threadless-database.ts";
import { built } from "../../../support/servers/built.ts";
import { temporaryDirectory } from "../../../support/servers/temporary-directory.ts";

const input = "# Roses\n\nRoses want water twice a week.\n";

test("a restore that fails leaves nothing, so that the next one can begin", async () => {
  const environment = { DATA_DIR: await temporaryDirectory() };
  const place = `file://${await temporaryDirectory()}`;
  await runCommandHere(["ingest", "-"], { environment, input });
  const saved = await runCommandHere(["backup", "--to", place], { environment });
  expect(saved).toMatchObject({ code: 0 });

  const restore = ["restore", "--from", place];
  const empty = { environment: { DATA_DIR: await temporaryDirectory() } };
  const early = await runCommandHere([...restore, "--at", "2020-01-01T00:00:00Z"], empty);
  expect(early.stderr).toContain("no snapshot that is whole and old enough");
  const interrupted = { ...empty, signal: AbortSignal.abort() };
  expect(await runCommandHere(restore, interrupted)).toEqual({ code: 130, stdout: "", stderr: "" });
  expect(existsSync(join(empty.environment.DATA_DIR, "database"))).toBe(false);
  expect(await runCommandHere(restore, empty)).toMatchObject({ code: 0, stderr: "" });
});

test("a backup that was broken off does not keep the next one from its place", async () => {
  const environment = { DATA_DIR: await temporaryDirectory() };
  await runCommandHere(["ingest", "-"], { environment, input });
  const backup = ["backup", "--to", `file://${await temporaryDirectory()}`];
  const broken = await runCommandHere(backup, { environment, signal: AbortSignal.abort() });
  expect(broken).toMatchObject({ code: 130 });
  expect(await runCommandHere(backup, { environment })).toMatchObject({ code: 0, stderr: "" });
});

test("what a killed restore has left is refused, also without a backup in the settings", async () => {
  const directory = await temporaryDirectory();
  const database = createThreadlessDatabase(directory, built("database"));
  await database.open();
  const head = { epoch: 0, sequence: 0, sha256: "" };
  const state = writeState({ status: "restoring", holder: "", head });
  await database.batch([...createSchema, state]);
  await database.close();

  const environment = { DATA_DIR: directory };
  const place = `file://${await temporaryDirectory()}`;
  const refused = { code: 1, stderr: expect.stringContaining("is half restored") };
  expect(await runCommandHere(["ingest", "-"], { environment, input })).toMatchObject(refused);
  expect(await runCommandHere(["backup", "--to", place], { environment })).toMatchObject(refused);
});
