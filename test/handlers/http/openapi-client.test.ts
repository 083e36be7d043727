// The client that openapi-typescript and openapi-fetch make of /openapi.json, compiled and called.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import createClient from "openapi-fetch";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
let folder: string;
beforeAll(async () => {
  docent = await createTestApp();
  // Inside the project, where the packages are found.
  folder = mkdtempSync(resolve(".builds/openapi-client-"));
  writeFileSync(join(folder, "openapi.json"), await (await docent.fetch("/openapi.json")).text());
  const generator = "node_modules/openapi-typescript/bin/cli.js";
  const output = ["-o", join(folder, "api.ts")];
  const hook = ["--import", "./test/support/clients/use-typescript5.mjs"];
  const input = join(folder, "openapi.json");
  execFileSync(process.execPath, [...hook, generator, input, ...output], { stdio: "pipe" });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await docent.close();
});

/** What the compiler complains of; empty: nothing. */
function compile(name: string, code: string): string {
  const file = join(folder, `${name}.ts`);
  writeFileSync(
    file,
    `import createClient from "openapi-fetch";
import type { paths } from "./api.ts";

const client = createClient<paths>({ baseUrl: "http://localhost:7860" });
${code}
`,
  );
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--allowImportingTsExtensions"];
  const modules = ["--module", "esnext", "--moduleResolution", "bundler", "--target", "es2024"];
  try {
    const tsc = "node_modules/typescript/bin/tsc";
    execFileSync(process.execPath, [tsc, "--ignoreConfig", ...options, ...modules, file]);
    return "";
  } catch (error) {
    return String((error as { stdout?: Buffer }).stdout);
  }
}

test("compiles with a limit as a number, and with a question", () => {
  const used = `
const { data } = await client.GET("/api/search", { params: { query: { q: "boats", limit: 2 } } });
const title: string | undefined = data?.passages[0]?.title;
const asked = await client.POST("/api/chat", { body: { message: "Why do boats float?" } });
const codes: string | undefined = asked.error?.code;
export { codes, title };`;
  expect(compile("right", used)).toBe("");
});

test("does not compile with a limit as a text", () => {
  const used = `await client.GET("/api/search", { params: { query: { q: "boats", limit: "2" } } });
export {};`;
  expect(compile("wrong", used)).toContain("Type 'string' is not assignable to type 'number'");
});

/** What the generated types say of one route. */
interface Paths {
  "/api/search": {
    get: {
      parameters: { query: { q: string; limit?: number } };
      responses: { 200: { content: { "application/json": { passages: object[] } } } };
    };
  };
}

test("is answered", async () => {
  const client = createClient<Paths>({
    baseUrl: "http://localhost:7860",
    fetch: (request) => docent.fetch(request.url.replace("http://localhost:7860", "")),
  });
  const query = { q: "boats", limit: 2 };
  const { data } = await client.GET("/api/search", { params: { query } });
  expect(data?.passages).toEqual([]);
});
