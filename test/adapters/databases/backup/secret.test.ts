import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openBucket } from "../../../support/backup/bucket.ts";
import { openKept } from "../../../support/backup/kept-database.ts";
import { temporaryDirectory } from "../../../support/servers/temporary-directory.ts";

test("a signing secret that was made just before an update goes along when the database is handed over", async () => {
  const { store } = await openBucket();
  const secretPath = join(await temporaryDirectory(), "secret");
  const kept = { store, passphrase: "a long enough passphrase" };
  // So long that only the handing over sends anything.
  const first = await openKept({ ...kept, secretPath, pace: { flush: 600_000 } });
  await writeFile(secretPath, "made at the first sign-in\n");
  const itsPath = join(await temporaryDirectory(), "secret");
  const second = await openKept({ ...kept, secretPath: itsPath });
  expect(await readFile(itsPath, "utf8")).toBe("made at the first sign-in\n");

  await first.close();
  await second.close();
  await writeFile(itsPath, "one that the operator has put there\n");
  await openKept({ ...kept, secretPath: itsPath, directory: second.directory });
  expect(await readFile(itsPath, "utf8")).toBe("one that the operator has put there\n");
});
