import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { talk } from "../support/clients/talk.ts";
import { cleanUp, startServer, type ServerProcess } from "../support/servers/server-process.ts";

afterAll(cleanUp);

describe("the built server", () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer();
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

  test.each(["x.example:99999", "x.example:abc", "[x"])(
    "answers a request to the host %s with a problem",
    async (host) => {
      const rest = `Host: ${host}\r\nAccept-Language: en\r\nConnection: close\r\n\r\n`;
      const said = await talk(server.url, `GET /api/tasks HTTP/1.1\r\n${rest}`);
      expect(said).toMatch(/^HTTP\/1.1 4\d\d [^]*application\/problem\+json/);
    },
  );
});
