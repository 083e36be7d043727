import { readdir, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collectEvents } from "../support/clients/events.ts";
import {
  cleanUp,
  makeDirectory,
  postJson,
  startServer,
  type ServerProcess,
} from "../support/servers/server-process.ts";
import { talk } from "../support/clients/talk.ts";
import { wrongRequests } from "../support/clients/wrong-requests.ts";

afterAll(cleanUp);

describe("the built server", () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer({ dataDirectory: join(await makeDirectory(), "data") });
  });

  test("keeps on disk what is for its own user alone", async () => {
    const { dataDirectory } = server;
    await postJson(`${server.url}/api/auth/guest`, {});
    const entries = await readdir(dataDirectory, { recursive: true, withFileTypes: true });
    const paths = entries.map((entry) => join(entry.parentPath, entry.name));
    const modes = await Promise.all(
      [dataDirectory, ...paths].map(async (path) => ({ path, mode: (await stat(path)).mode })),
    );
    expect(modes.length).toBeGreaterThan(100);
    const open = modes.filter(({ mode }) => (mode & 0o077) !== 0);
    // PostgreSQL's cache, for which it sets a mode of its own; it lies in a directory of mode 0700.
    expect(open.filter(({ path }) => !path.endsWith("pg_internal.init"))).toEqual([]);
  });

  test("answers from its README with sources, without any setting", async () => {
    const ingested = "documents ingested source=bundled added=0 changed=0 unchanged=1";
    await expect.poll(() => server.log()).toContain(ingested);
    const question = { message: "How do I allow my front end's origin?" };
    const events = await collectEvents(await postJson(`${server.url}/api/chat`, question));
    expect(events[0]?.data["type"]).toBe("metadata");
    expect(events.some(({ data }) => data["type"] === "token")).toBe(true);
    const done = events.at(-1)?.data;
    expect(done?.["type"]).toBe("done");
    expect(String(done?.["content"])).toContain("ALLOWED_ORIGINS");
    expect(done?.["sources"]).toContainEqual(expect.objectContaining({ path: "README.md" }));
  });

  test.each(Object.entries(wrongRequests()))(
    "%s is a named problem over HTTP too",
    async (_, wrong) => {
      const response = await fetch(`${server.url}${wrong.path}`, wrong.init);
      const problem = await response.json();
      expect({ status: response.status, code: problem.code }).toEqual({
        status: wrong.status,
        code: wrong.code,
      });
    },
  );

  test.each([
    [
      "a broken Host",
      "GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n",
      /^HTTP\/1.1 400 /,
    ],
    ["no HTTP at all", "hello\r\n\r\n", /^HTTP\/1.1 400 /],
    [
      "an absolute form",
      "GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      /^HTTP\/1.1 40[04] /,
    ],
    [
      "a path of two slashes",
      "GET // HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      /^HTTP\/1.1 (?:200|404) /,
    ],
  ])("survives %s", async (_, bytes, expected) => {
    expect(await talk(server.url, bytes)).toMatch(expected);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  test.each([
    ["too many headers", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(20_000)}\r\n\r\n`, 431],
    ["too long an address", `GET /${"y".repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ["no HTTP", "hello\r\n\r\n", 400],
  ])("%s are a problem with a body", async (_, bytes, status) => {
    const said = await talk(server.url, bytes);
    const [head = "", body = ""] = said.split("\r\n\r\n");
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/^content-type: application\/problem\+json/m);
    const problem = JSON.parse(body);
    const code = status === 431 ? "headers_too_large" : "malformed_request";
    expect(problem).toMatchObject({ status, code, title: expect.any(String) });
    expect(head).toContain(`x-request-id: ${problem.request_id}`);
  });

  test.each([
    ["/health", 200, '"healthy"'],
    ["/health?x=http://y/", 200, '"healthy"'],
    ["", 200, '"online"'],
    ["?x=1", 200, '"online"'],
    ["/nowhere", 404, '"not_found"'],
  ])("answers an absolute address with the path %j like the path", async (path, status, words) => {
    const { host } = new URL(server.url);
    const rest = "Host: elsewhere.example\r\nAccept-Language: en\r\nConnection: close\r\n\r\n";
    const said = await talk(server.url, `GET http://${host}${path} HTTP/1.1\r\n${rest}`);
    expect(said).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(said).toContain(words);
  });

  test.each([
    ["http://rebound.example/ready", "127.0.0.1", "421"],
    ["http://user@127.0.0.1/health", "127.0.0.1", "40[04]"],
  ])("refuses %s as it would without the absolute form", async (address, host, status) => {
    const rest = `Host: ${host}\r\nAccept-Language: en\r\nConnection: close\r\n\r\n`;
    const said = await talk(server.url, `GET ${address} HTTP/1.1\r\n${rest}`);
    expect(said).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test.each([
    "x.example:99999",
    "localhost:65536",
    "x.example:abc",
    "[x",
    "1.2.3.4.5",
    "999.1.1.1",
    "x/health?",
    "x/health#",
    "localhost/health?@x",
    "user@localhost",
    "x\\y",
  ])("answers a request to the host %s with a problem, whatever its path", async (host) => {
    for (const path of ["/health", "/api/tasks", "/api/tasks/1", "/llms.txt"]) {
      const rest = `Host: ${host}\r\nConnection: close\r\n\r\n`;
      const said = await talk(server.url, `GET ${path} HTTP/1.1\r\n${rest}`);
      expect(said, path).toMatch(/^HTTP\/1.1 400 [^]*application\/problem\+json[^]*"invalid_url"/);
    }
  });

  test("is healthy without a model, and has no embedder then", async () => {
    const services = { embedder: "not_configured" };
    await expect
      .poll(async () => (await fetch(`${server.url}/api/health`)).json())
      .toMatchObject({ status: "healthy", services });
  });

  test("sends the API page's script compressed, and only once", async () => {
    const address = `${server.url}/docs/swagger-ui-bundle.js`;
    const first = await fetch(address);
    expect(first.headers.get("content-encoding")).toBe("gzip");
    expect(Number(first.headers.get("content-length"))).toBeLessThan(600_000);
    expect(await first.text()).toContain("SwaggerUIBundle");
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    expect((await fetch(address, { headers })).status).toBe(304);
  });

  test("answers the next request of a connection whose last body was too large", async () => {
    const { host } = new URL(server.url);
    const chunk = `4000\r\n${" ".repeat(0x4000)}\r\n`;
    const head = `POST /api/chat HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n`;
    const next = `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    const bytes = `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(40)}0\r\n\r\n${next}`;
    expect(await talk(server.url, bytes)).toMatch(/^HTTP\/1.1 413 [^]*HTTP\/1.1 200 /);
  });

  test("answers a client that has ended its half of the connection", async () => {
    const body = JSON.stringify({ message: "How do I start it?" });
    const head = "POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
    const bytes = `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
    expect(await talk(server.url, bytes, "end")).toMatch(/^HTTP\/1.1 200 [^]*"type":"done"/);
  });

  test("takes an upload that breaks off for no fault of its own", async () => {
    const { hostname, port } = new URL(server.url);
    const head = "POST /api/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${head}Content-Length: 100\r\n\r\n{"mess`, () => socket.destroy());
    });
    await expect.poll(() => server.log()).toContain("code=incomplete_body");
    expect(server.log()).not.toContain("status=500");
  });

  test("logs nothing that was asked", async () => {
    await postJson(`${server.url}/api/chat?secret=in-query`, { message: "my-secret-words" });
    await fetch(`${server.url}/health`);
    expect(server.log()).not.toMatch(/my-secret-words|in-query/);
  });

  test("holds its data directory until it stops, on SIGTERM and with code 0", async () => {
    const { dataDirectory, pid } = server;
    const second = await startServer({ dataDirectory, until: "listening" });
    await expect.poll(() => second.log()).toContain(`process ${pid} holds the data directory`);
    expect((await fetch(`${server.url}/ready`)).status).toBe(200);
    expect(await server.end("SIGTERM")).toBe(0);
    expect(server.log()).toContain("stopped");
    await expect.poll(async () => (await fetch(`${second.url}/ready`)).status).toBe(200);
    await second.end("SIGTERM");
  });
});

describe("what cannot work is named, and the server stays up", () => {
  test("settings that are wrong, and a data directory that cannot be written", async () => {
    const file = join(await makeDirectory(), "file");
    await writeFile(file, "");
    const server = await startServer({
      dataDirectory: join(file, "data"),
      until: "listening",
      environment: { CHAT_MESSAGE_MAX: "many", LOG_FORMAT: "xml" },
    });
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    const health = await (await fetch(`${server.url}/api/health`)).json();
    expect(health.settings.invalid).toEqual(["CHAT_MESSAGE_MAX", "LOG_FORMAT"]);
    expect(server.log()).toContain("name=CHAT_MESSAGE_MAX");
    await expect.poll(() => server.log()).toContain("the data directory cannot be written");
    expect((await fetch(`${server.url}/ready`)).status).toBe(503);
    const chat = await postJson(`${server.url}/api/chat`, { message: "Anybody there?" });
    expect(chat.status).toBe(503);
    expect(chat.headers.get("retry-after")).not.toBeNull();
    expect((await chat.json()).code).toBe("unavailable");
    expect(await server.end("SIGTERM")).toBe(0);
  });

  test("a database this version cannot speak to", async () => {
    const server = await startServer({
      until: "listening",
      environment: { DATABASE_URL: "postgres://u:hunter2@127.0.0.1/x" },
    });
    const health = await fetch(`${server.url}/api/health`);
    expect(health.status).toBe(503);
    expect((await health.json()).settings.missing).toEqual(["JWT_SECRET"]);
    expect(server.log()).not.toContain("hunter2");
    await server.end("SIGTERM");
  });
});
