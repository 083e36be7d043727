import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { request, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { built } from "../support/servers/built.ts";
import {
  cleanUp,
  makeDirectory,
  postJson,
  startServer,
} from "../support/servers/server-process.ts";

afterAll(cleanUp);

const adminKey = "the-operator-of-the-early-requests-test";
const holding = pathToFileURL(resolve("test/support/servers/hold-app.mjs")).href;

/** A server that listens and whose app is loaded only once `open` is called. */
async function startHeld(environment: Readonly<Record<string, string>> = {}) {
  const gate = join(await makeDirectory(), "gate");
  const server = await startServer({
    until: "listening",
    command: [process.execPath, "--import", holding],
    environment: { ADMIN_API_KEY: adminKey, ...environment, APP_GATE: gate },
  });
  return { ...server, open: () => writeFile(gate, "") };
}

/** An answer without what differs from request to request. */
async function describeAnswer(answer: Promise<Response>) {
  const {
    status,
    headers,
    text: read,
  } = await answer.then(async (response) => ({
    status: response.status,
    headers: [...response.headers].filter(([name]) => name !== "date"),
    text: await response.text(),
  }));
  const ids = /[\da-f]{8}-[\da-f]{4}-7?[\da-f-]{20,}/g;
  return {
    status,
    headers: JSON.stringify(headers).replace(ids, "id"),
    body: read.replace(ids, "id"),
  };
}

/**
 * Begins a request and resolves once the server has its head; the returned function sends the body, if there is one,
 * and reads the answer.
 */
async function begin(
  url: string,
  method: string,
  path: string,
  body?: object,
  accept = "text/event-stream",
) {
  const headers = { accept, "content-type": "application/json", expect: "100-continue" };
  const asking = request(url + path, { method, headers });
  const answered = once(asking, "response") as Promise<[IncomingMessage]>;
  asking.flushHeaders();
  await once(asking, "continue");
  return async () => {
    asking.end(body && JSON.stringify(body));
    const [answer] = await answered;
    return { status: answer.statusCode, body: await text(answer) };
  };
}

const ownRequests: readonly RequestInit[] = [
  {},
  { method: "HEAD" },
  { method: "OPTIONS", headers: { origin: "https://front.example" } },
  { headers: { origin: "https://front.example" } },
  { method: "POST", body: "{}" },
  { method: "DELETE", headers: { origin: "https://other.example" } },
];

describe("before the app is loaded", () => {
  test("/health answers each method as it does afterwards, is logged and counted", async () => {
    const server = await startHeld({ ALLOWED_ORIGINS: "https://front.example" });
    const ask = () =>
      Promise.all(ownRequests.map((init) => describeAnswer(fetch(`${server.url}/health`, init))));
    const early = await ask();
    expect(early.map(({ status }) => status)).toEqual([200, 200, 204, 200, 405, 403]);
    await server.open();
    await expect.poll(() => server.log()).toContain("documents ingested");
    expect(await ask()).toEqual(early);

    const readLog = () => server.log().match(/request method=\w+ route=\/health status=\d+/g) ?? [];
    await expect.poll(readLog).toHaveLength(12);
    const logged = readLog();
    expect(logged.slice(0, 6).toSorted()).toEqual(logged.slice(6).toSorted());
    const headers = { authorization: `Bearer ${adminKey}` };
    const metrics = await (await fetch(`${server.url}/metrics`, { headers })).text();
    expect(metrics).toContain(
      'docent_http_request_duration_seconds_count{method="GET",route="/health",status="200"} 4',
    );
    expect(await server.end("SIGTERM")).toBe(0);
  });

  test("other requests wait for it, with their bodies and addresses, but a browser at an unknown name is refused", async () => {
    const server = await startHeld({ TRUSTED_PROXIES: "1", CHAT_ADDRESS_LIMIT: "1/60s" });
    const body = JSON.stringify({ message: "How do I start it?" });
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const head = "POST /api/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    socket.write(`${head}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n`);
    socket.write(body.slice(0, 10));
    const upload = postJson(
      `${server.url}/api/documents`,
      { path: "large.md", content: "Some words. ".repeat(10_000) },
      { authorization: `Bearer ${adminKey}` },
    );
    // Counted by the address that the trusted proxy gives.
    const chats = ["192.0.2.1", "192.0.2.2", "192.0.2.2"].map((address) =>
      postJson(
        `${server.url}/api/chat`,
        { message: "How do I start it?" },
        { "x-forwarded-for": address, accept: "application/json" },
      ),
    );
    // The server answers these while it keeps the others.
    for (let round = 0; round < 3; round += 1) {
      expect((await fetch(`${server.url}/health`)).status).toBe(200);
    }
    const unknown = connect(Number(port), hostname);
    unknown.write(
      "GET /ready HTTP/1.1\r\nHost: rebound.example\r\nAccept-Language: en\r\nConnection: close\r\n\r\n",
    );
    expect(await text(unknown)).toMatch(/^HTTP\/1.1 421 /);
    socket.write(body.slice(10));
    await server.open();
    expect(await text(socket), server.log()).toMatch(/^HTTP\/1.1 200 [^]*"type":"done"/);
    expect((await upload).status).toBe(201);
    const [alone, ...together] = (await Promise.all(chats)).map(({ status }) => status);
    expect(alone).toBe(200);
    expect(new Set(together)).toEqual(new Set([200, 429]));
    expect(await server.end("SIGTERM")).toBe(0);
  });

  test("SIGTERM ends the server once what waits is answered: all of it", async () => {
    const server = await startHeld();
    const question = { message: "How do I start it?" };
    const waiting = await Promise.all([
      begin(server.url, "GET", "/api/documents"),
      begin(server.url, "GET", "/api/search?q=start"),
      begin(server.url, "POST", "/api/auth/guest", {}),
      ...Array.from({ length: 8 }, () => begin(server.url, "POST", "/api/chat", question)),
      ...Array.from({ length: 8 }, () =>
        begin(server.url, "POST", "/api/chat", question, "application/json"),
      ),
    ]);
    const ended = server.end("SIGTERM");
    await expect.poll(() => server.log()).toContain("stopping signal=SIGTERM");
    const answers = waiting.map((finish) => finish());
    await server.open();
    const read = await Promise.all(answers);
    expect(read.map(({ status }) => status)).toEqual([200, 200, 201, ...Array(16).fill(200)]);
    for (const { body } of read.slice(3, 11)) expect(body).toMatch(/data: .*"type":"done".*\n\n$/);
    expect(await ended).toBe(0);
    expect(server.log()).toMatch(/info stopped/);
  });

  test("SIGTERM as soon as the server listens ends it with 0", async () => {
    const server = await startServer({ until: "listening" });
    expect(await server.end("SIGTERM")).toBe(0);
    expect(server.log()).toContain("stopped");
  });

  test("code that cannot be loaded is logged, and the process exits with 1", async () => {
    const child = spawn(process.execPath, ["--import", holding, built("server.js")], {
      env: {
        PATH: process.env["PATH"],
        PORT: "0",
        HOST: "127.0.0.1",
        DATA_DIR: await makeDirectory(),
        APP_GATE: "broken",
      },
    });
    const [log, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
    expect(log).toContain("cannot load the app");
    expect(code).toBe(1);
  });
});
