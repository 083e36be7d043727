import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createKeptSecret } from "../../../adapters/secrets/kept-secret.ts";
import { createRecordingLogger } from "../../support/apps/test-app.ts";
import { temporaryDirectory } from "../../support/servers/temporary-directory.ts";

async function keep(before: string | undefined, used = false) {
  const directory = await temporaryDirectory();
  const path = join(directory, "secret");
  if (before !== undefined) await writeFile(path, before);
  const { logger, lines } = createRecordingLogger();
  const secrets = createKeptSecret(directory, { logger, wasUsed: () => Promise.resolve(used) });
  return { directory, path, lines, secrets };
}

test.each([undefined, "", "short\n"])(
  "a file with %j is replaced where nothing was signed before",
  async (before) => {
    const { directory, path, secrets, lines } = await keep(before);
    const { current } = (await secrets.read()) ?? {};
    expect(current?.length).toBeGreaterThanOrEqual(48);
    expect((await readFile(path, "utf8")).trim()).toBe(new TextDecoder().decode(current));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(["secret"]);
    expect(lines).toEqual([]);
  },
);

test.each(["", "short\n"])(
  "a file with %j that may have signed sessions stays, and is named once with what to do",
  async (before) => {
    const { path, secrets, lines } = await keep(before, true);
    for (const _ of [1, 2]) {
      await expect(secrets.read()).rejects.toMatchObject({
        code: "unavailable",
        retryable: false,
        message: expect.stringMatching(/^DATA_DIR\/secret holds \d characters.*restore.*delete/),
      });
    }
    expect(await readFile(path, "utf8")).toBe(before);
    expect(lines).toMatchObject([{ level: "error", message: "no signing secret" }]);
    // Restored, it counts without a restart.
    await writeFile(path, "x".repeat(40));
    expect((await secrets.read())?.current).toHaveLength(40);
  },
);

test("a secret that others could read is theirs no longer", async () => {
  const { path, secrets } = await keep("x".repeat(40));
  await chmod(path, 0o644);
  await secrets.read();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("two that begin at once keep the same secret", async () => {
  const { directory, secrets } = await keep(undefined);
  const { logger } = createRecordingLogger();
  const other = createKeptSecret(directory, { logger, wasUsed: () => Promise.resolve(false) });
  const [one, two] = await Promise.all([secrets.read(), other.read()]);
  expect(one?.current).toEqual(two?.current);
});
