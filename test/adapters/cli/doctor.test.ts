import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommandHere } from "../../support/clients/run-command.ts";
import { runCli } from "../../support/servers/run-cli.ts";
import { temporaryDirectory } from "../../support/servers/temporary-directory.ts";

const readme = (lines: string) => `---\ntitle: Mine\nsdk: docker\n${lines}\n---\n# Mine\n`;
const dockerfile = 'FROM node:24-slim\nUSER node\nEXPOSE 7860\nCMD ["node", "server.js"]\n';

async function examine(files: Readonly<Record<string, string>>) {
  const folder = await temporaryDirectory();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return runCommandHere(["doctor", folder]);
}

test("docent doctor finds nothing wrong with this project", async () => {
  const { code, stdout } = await runCli(["doctor"]);
  expect(stdout).toContain("Ready to push.");
  expect(code).toBe(0);
});

test.each([
  ["a long description", { "README.md": readme(`short_description: ${"x".repeat(61)}`) }, "61"],
  ["a colour that is none", { "README.md": readme("colorFrom: mauve") }, "colorFrom must be"],
  ["another SDK", { "README.md": readme("").replace("docker", "gradio") }, "set `sdk: docker`"],
  ["another port", { "README.md": readme("app_port: 8080") }, "EXPOSE says 7860, app_port 8080"],
  ["root", { Dockerfile: dockerfile.replace("USER node\n", "") }, "USER node"],
  ["a shell", { Dockerfile: dockerfile.replace(/CMD .*/, "CMD node server.js") }, "SIGTERM"],
  ["a secret", { Dockerfile: `${dockerfile}ENV HF_TOKEN=hf_123\n` }, "HF_TOKEN would be"],
])("docent doctor finds %s", async (_, files, complaint) => {
  const { code, stdout } = await examine({
    "README.md": readme("short_description: short"),
    Dockerfile: dockerfile,
    ...files,
  });
  expect(stdout).toContain(complaint);
  expect(stdout).not.toContain("hf_123");
  expect(code).toBe(1);
});

test("docent doctor says so where there is nothing to look at", async () => {
  const { code, stdout } = await examine({});
  expect(stdout).toContain("there is no README.md here");
  expect(code).toBe(1);
});
