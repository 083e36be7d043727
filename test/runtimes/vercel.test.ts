import { readdirSync, readFileSync } from "node:fs";
import { matchesGlob } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { built } from "../support/servers/built.ts";

afterEach(() => vi.unstubAllEnvs());

test("what the README deploys to Vercel has every file that the pages need", () => {
  const readme = readFileSync("README.md", "utf8");
  const pattern = /"includeFiles": "(.*)"/.exec(readme)?.[1] ?? "";
  // Cloudflare's upload has the same files and nothing else.
  const names = readdirSync(built("cloudflare/assets"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      `${parentPath}/${name}`.replace(built("cloudflare/assets"), "dist"),
    );
  expect(names).toContain("dist/page.html");
  expect(names.filter((name) => !matchesGlob(name, pattern))).toEqual([]);
});

test("under deno serve, a client's address is that of its connection, whatever the client says", async () => {
  vi.stubEnv("READ_RATE_LIMIT", "2/60s");
  vi.stubEnv("LOG_LEVEL", "ERROR");
  const { default: docent } = await import("../../adapters/runtimes/vercel/entry.ts");
  const ask = async (claimed: string, ...connection: { remoteAddr: { hostname: string } }[]) => {
    const headers = { "x-real-ip": claimed };
    const request = new Request("http://localhost/api/suggestions", { headers });
    return (await docent.fetch(request, ...connection)).status;
  };
  const claims = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];
  const connection = { remoteAddr: { hostname: "198.51.100.7" } };
  const statuses = [];
  for (const claimed of claims) statuses.push(await ask(claimed, connection));
  expect(statuses).toEqual([503, 503, 429]);
  // On Vercel the platform says it.
  expect(await ask("192.0.2.1")).toBe(503);
});
