import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readEnvironment } from "../../adapters/runtimes/shared/environment.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "docent-environment-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a .env file fills in what the environment does not say", async () => {
  const path = join(folder, ".env");
  await writeFile(path, '# a comment\nPORT=1234\nHOST="127.0.0.1"\nDATA_DIR=from-file\n');
  expect(readEnvironment({ DATA_DIR: "real", HOST: "" }, path)).toEqual({
    PORT: "1234",
    HOST: "",
    DATA_DIR: "real",
  });
});

test.each(["utf8", "utf16le"] as const)(
  "a file that Windows wrote as %s loses no line",
  async (encoding) => {
    const path = join(folder, `${encoding}.env`);
    await writeFile(path, "\uFEFFPORT=1234\r\nHOST=::1\r\n", { encoding });
    expect(readEnvironment({}, path)).toEqual({ PORT: "1234", HOST: "::1" });
  },
);

test("no .env file is fine", () => {
  expect(readEnvironment({ PORT: "1" }, join(folder, "none"))).toEqual({ PORT: "1" });
});

test("a directory is fine: Docker makes one to mount a file that is missing", () => {
  expect(readEnvironment({ PORT: "1" }, folder)).toEqual({ PORT: "1" });
});

test("one that cannot be read is an error", async () => {
  const file = join(folder, "file");
  await writeFile(file, "");
  expect(() => readEnvironment({}, join(file, ".env"))).toThrow("ENOTDIR");
});
