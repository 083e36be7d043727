import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "./child-server.ts";
import { printTable, quantile } from "./statistics.ts";

const tries = 200;
/** Each account stands ten tries in five minutes. */
const triesEach = 8;
const password = "korrekt pferd batterie";

/** POST /api/auth/login with an unknown address and with a wrong password, in turns: the medians must not tell. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "docent-bench-"));
  const server = await startChild(["dist/server.js"], { DATA_DIR: folder, TRUSTED_PROXIES: "1" });
  const known = Array.from(
    { length: tries / triesEach },
    (_, index) => `known-${index}@example.org`,
  );
  for (const email of known)
    await post(`${server.url}/api/auth/register`, { email, password }, 201);

  const wrong: number[] = [];
  const unknown: number[] = [];
  const logIn = (email: string) =>
    post(`${server.url}/api/auth/login`, { email, password: "wrong horse battery" }, 401);
  for (let index = 0; index < tries; index += 1) {
    wrong.push(await logIn(known[index % known.length] ?? ""));
    unknown.push(await logIn(`unknown-${index % known.length}@example.org`));
  }
  await server.stop();
  await rm(folder, { recursive: true, force: true });
  printTable([
    ["what is wrong", "tries", "median ms", "p90 ms", "× wrong password"],
    ...Object.entries({ "the password": wrong, "the address": unknown }).map(([name, times]) => [
      name,
      times.length,
      quantile(times, 0.5).toFixed(2),
      quantile(times, 0.9).toFixed(2),
      (quantile(times, 0.5) / quantile(wrong, 0.5)).toFixed(3),
    ]),
  ]);
}

/** Milliseconds until the answer is there. Each comes from an address of its own. */
async function post(url: string, body: object, status: number): Promise<number> {
  const address = Array.from(crypto.getRandomValues(new Uint8Array(3))).join(".");
  const headers = { "content-type": "application/json", "x-forwarded-for": `10.${address}` };
  const startedAt = performance.now();
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  await response.text();
  const took = performance.now() - startedAt;
  if (response.status !== status) throw new Error(`${url} answered ${response.status}`);
  return took;
}
