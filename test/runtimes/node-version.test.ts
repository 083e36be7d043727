import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);

test("engines, the README and the guard of the npm scripts name one oldest Node", async () => {
  const { engines } = JSON.parse(readFileSync("package.json", "utf8"));
  const [, major, minor] = /^>=(\d+)\.(\d+)$/.exec(engines.node) ?? [];
  expect(readFileSync("README.md", "utf8")).toContain(`Node ${major}.${minor} or newer`);
  expect(await startOn(`${major}.${minor}.0`)).toContain("unknown command nothing");
  const refusal = await startOn(`${major}.${Number(minor) - 1}.9`);
  expect(refusal).toContain(`Docent needs Node ${major}.${minor} or newer`);
});

/** What the npm scripts' entry says to a Node of that version, asked for a command that it does not have. */
async function startOn(version: string): Promise<string> {
  const code = `Object.defineProperty(process, "versions", { value: { node: "${version}" } });
    process.argv.splice(1, 0, "start.cjs");
    require("./.tools/start.cjs");`;
  const child = run(process.execPath, ["-e", code, "nothing"]);
  const { stderr } = await child.catch((error: { stderr: string }) => error);
  return stderr;
}
