import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cpuTime, startChild, type ChildServer } from "./child-server.ts";
import { printTable } from "./statistics.ts";

const adminKey = "the operator's key of a bench, of 32 bytes";
const kilobytes = 249;
const times = 20;

/** CPU of the server for each refusal of a hostile request within BODY_LIMIT_KB, and for the API page's script. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "docent-bench-"));
  const server = await startChild(["dist/server.js"], {
    DATA_DIR: folder,
    ADMIN_API_KEY: adminKey,
  });
  await ready(server);
  const rows: (string | number)[][] = [["request", "status", "ms of CPU each"]];
  for (const [name, request] of Object.entries(requests())) {
    rows.push([name, ...(await measure(server, request))]);
  }
  await server.stop();
  await rm(folder, { recursive: true, force: true });
  printTable(rows);
}

interface HostileRequest {
  readonly path: string;
  readonly body?: BodyInit;
  readonly headers?: Record<string, string>;
  readonly method?: string;
}

const smallFile = '--b\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n\r\n';

function chat(body: string): HostileRequest {
  return { path: "/api/chat", body };
}

function requests(): Record<string, HostileRequest> {
  const long = "x".repeat(kilobytes * 1000);
  const admin = { authorization: `Bearer ${adminKey}` };
  return {
    "chat: messages that are empty": chat(filled('{"id":"x","messages":[', "{}", "]}")),
    "chat: parts that are empty": chat(
      filled('{"id":"x","messages":[{"role":"user","parts":[', "{}", "]}]}"),
    ),
    "chat: 1,000 messages, the last invalid": chat(
      `{"id":"x","messages":[${'{"role":"user","parts":[{"type":"text","text":"x"}]},'.repeat(999)}0]}`,
    ),
    "chat: a long role": chat(JSON.stringify({ id: "x", messages: [{ role: long, parts: [] }] })),
    "chat: a long message": chat(JSON.stringify({ message: long })),
    "chat: a message of spaces": chat(JSON.stringify({ message: " ".repeat(kilobytes * 1000) })),
    "chat: a long context": chat(
      JSON.stringify({ message: "x", mode: "selection", context: long }),
    ),
    "chat: deep JSON": chat("[".repeat(kilobytes * 1000)),
    "chat: JSON that breaks off": chat(`{"message":"${long}`),
    "chat: no UTF-8": { path: "/api/chat", body: new Uint8Array(kilobytes * 1000).fill(255) },
    "chat: a page of spaces": chat(
      JSON.stringify({ message: 0, page: " ".repeat(kilobytes * 1000) }),
    ),
    "sign-in: a long password": {
      path: "/api/auth/login",
      body: JSON.stringify({ email: "a@example.org", password: long }),
    },
    "registering: a long address": {
      path: "/api/auth/register",
      body: JSON.stringify({ email: long, password: "a quiet lighthouse" }),
    },
    "document: a long path": {
      path: "/api/documents",
      body: JSON.stringify({ path: `/${"../".repeat(kilobytes * 300)}`, content: "" }),
      headers: admin,
    },
    "document: a long address": {
      path: "/api/documents",
      body: JSON.stringify({ path: "a.md", content: "", url: `http://${long}` }),
      headers: admin,
    },
    "document: a form of small files": {
      path: "/api/documents",
      body: filled("", smallFile, "--b--", ""),
      headers: { ...admin, "content-type": "multipart/form-data; boundary=b" },
    },
    "document: 9.9 MB of JSON, parsed at once": {
      path: "/api/documents",
      body: JSON.stringify({ path: "/", content: "x".repeat(9_900_000) }),
      headers: admin,
    },
    "a wrong operator's key": {
      path: "/api/documents",
      headers: { authorization: `Bearer ${long.slice(0, 8000)}` },
    },
    "the API as data": { path: "/openapi.json", method: "GET" },
    "the API page's script": { path: "/docs/swagger-ui-bundle.js", method: "GET" },
  };
}

/** A body of nearly the limit around repeated text. */
function filled(before: string, item: string, after: string, separator = ","): string {
  const room = kilobytes * 1024 - before.length - after.length;
  const count = Math.floor(room / (item.length + separator.length));
  return before + Array.from({ length: count }).fill(item).join(separator) + after;
}

async function measure(
  server: ChildServer,
  { path, method = "POST", headers, body }: HostileRequest,
) {
  const init = {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body !== undefined && { body }),
  };
  const send = async () => {
    const response = await fetch(server.url + path, init);
    await response.arrayBuffer();
    return response.status;
  };
  const startedAt = performance.now();
  let status = await send();
  // One is enough of what takes seconds.
  const repeats = performance.now() - startedAt > 1000 ? 1 : times;
  const before = cpuTime(server.pid) ?? Number.NaN;
  for (let sent = 0; sent < repeats; sent += 1) status = await send();
  const used = (cpuTime(server.pid) ?? Number.NaN) - before;
  return [status, (used / 1000 / repeats).toFixed(1)];
}

async function ready({ url }: ChildServer): Promise<void> {
  while (!(await fetch(`${url}/ready`)).ok) await sleep(50);
  await sleep(3000);
}
