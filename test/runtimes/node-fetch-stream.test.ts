import { createServer } from "node:http";
import { createServer as createRawServer } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import type { StreamingFetch } from "../../adapters/http/streaming-fetch.ts";
import { fetchStream } from "../../adapters/runtimes/node/fetch-stream.ts";
import {
  bodyTextOf,
  listen,
  post,
  readText,
  serve,
  stopServers,
} from "../support/servers/model-servers.ts";

afterEach(stopServers);

describe.each<[string, StreamingFetch]>([
  ["the platform's fetch", fetch],
  ["fetchStream", fetchStream],
])("%s", (_, ask) => {
  test("sends a request's method, headers and body, and gives status, headers and body", async () => {
    const url = await serve(async (request, response) => {
      const { method, headers } = request;
      const body = await bodyTextOf(request);
      response.writeHead(207, { "x-one": ["a", "b"], "content-type": "text/plain" });
      response.end(`${method} ${headers["content-type"]} ${headers.authorization} ${body}`);
    });
    const response = await ask(url, post);
    expect(response).toMatchObject({ ok: true, status: 207 });
    expect(response.headers.get("x-one")).toBe("a, b");
    expect(await readText(response)).toBe(`POST application/json Bearer key {"wörd":"🙂"}`);
  });

  test.each([204, 304, 400, 404, 429, 500, 503])("gives a %i as it is", async (status) => {
    const url = await serve((_request, response) => {
      response.writeHead(status, { "retry-after": "7" });
      response.end(status === 204 || status === 304 ? undefined : "no");
    });
    const response = await ask(url, post);
    expect(response).toMatchObject({ ok: status === 204, status });
    expect(response.headers.get("retry-after")).toBe("7");
    if (response.body) expect(["", "no"]).toContain(await readText(response));
  });

  test.each([
    [301, "GET", ""],
    [302, "GET", ""],
    [303, "GET", ""],
    [307, "POST", post.body],
    [308, "POST", post.body],
  ])("follows a %i as %s", async (status, method, body) => {
    const url = await serve(async (request, response) => {
      const sent = await bodyTextOf(request);
      if (request.url === "/") response.writeHead(status, { location: "/there" }).end();
      else response.end(`${request.method} ${sent}`);
    });
    const response = await ask(url, post);
    expect(response.status).toBe(200);
    expect(await readText(response)).toBe(`${method} ${body}`);
  });

  test("does not send a key to another host that it is redirected to", async () => {
    const keys: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      keys.push(request.headers.authorization);
      response.end();
    });
    const url = await serve((_request, response) => {
      response.writeHead(307, { location: other }).end();
    });
    await readText(await ask(url, post));
    expect(keys).toEqual([undefined]);
  });

  test.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])("reads a body that comes as %s", async (encoding, compress) => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-encoding": encoding });
      response.end(compress("wörd ".repeat(10_000)));
    });
    expect(await readText(await ask(url, post))).toBe("wörd ".repeat(10_000));
  });

  test("fails where nothing listens", async () => {
    const port = await listen(createServer(), "127.0.0.1");
    await stopServers();
    await expect(ask(`http://127.0.0.1:${port}`, post)).rejects.toThrow();
  });

  test("fails where the connection ends before the head, or in the middle of it", async () => {
    for (const text of ["", "HTTP/1.1 200 OK\r\ncontent-"]) {
      const server = createRawServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () => socket.end(text));
      });
      const port = await listen(server, "127.0.0.1");
      await expect(ask(`http://127.0.0.1:${port}`, post)).rejects.toThrow();
    }
  });

  test.each([
    ["chunked", { "transfer-encoding": "chunked" }],
    ["with a length", { "content-length": "100" }],
  ])("gives what came before a cut, and then fails: %s", async (_name, headers) => {
    const url = await serve((_request, response) => {
      response.writeHead(200, headers);
      response.write("Half");
      setTimeout(() => response.destroy(), 20);
    });
    const reader = (await ask(url, post)).body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toBe("Half");
    await expect(reader?.read()).rejects.toThrow();
    await expect(reader?.read()).rejects.toThrow();
  });

  test("fails before the head when aborted, and ends the request", async () => {
    const left = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const url = await serve((request) => {
      request.socket.once("close", () => left.resolve());
      asked.resolve();
    });
    const controller = new AbortController();
    const asking = ask(url, { ...post, signal: controller.signal });
    await asked.promise;
    controller.abort();
    await expect(asking).rejects.toMatchObject({ name: "AbortError" });
    await left.promise;
  });

  test("does not ask when aborted before", async () => {
    let count = 0;
    const url = await serve((_request, response) => {
      count += 1;
      response.end();
    });
    const asking = ask(url, { ...post, signal: AbortSignal.abort() });
    await expect(asking).rejects.toMatchObject({ name: "AbortError" });
    expect(count).toBe(0);
  });

  test.each(["aborted", "cancelled"])("ends the request when %s in the middle", async (how) => {
    const left = Promise.withResolvers<void>();
    const url = await serve((_request, response) => {
      response.write("Half");
      response.once("close", () => left.resolve());
    });
    const controller = new AbortController();
    const response = await ask(url, { ...post, signal: controller.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    const reading = reader?.read().then(
      ({ done }) => done,
      () => "failed",
    );
    if (how === "aborted") controller.abort();
    else await reader?.cancel();
    await left.promise;
    expect(await reading).toBe(how === "aborted" ? "failed" : true);
  });

  test("uses a connection again", async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end("whole");
    });
    for (let index = 0; index < 3; index += 1) await readText(await ask(url, post));
    expect(ports.size).toBeLessThan(3);
  });

  test("asks servers at localhost and at an IPv6 address", async () => {
    for (const [host, name] of [
      ["127.0.0.1", "localhost"],
      ["::1", "[::1]"],
    ] as const) {
      const port = await listen(
        createServer((_request, response) => response.end(host)),
        host,
      );
      expect(await readText(await ask(`http://${name}:${port}`, post))).toBe(host);
    }
  });

  test("holds back a server whose reader does not read", async () => {
    let written = 0;
    const block = Buffer.alloc(65_536, "x");
    const url = await serve((_request, response) => {
      const pour = () => {
        while (written < 2000 && !response.destroyed) {
          written += 1;
          if (!response.write(block)) return response.once("drain", pour);
        }
        return response.end();
      };
      pour();
    });
    const response = await ask(url, post);
    let before = -1;
    await expect
      .poll(() => {
        const isSettled = written === before;
        before = written;
        return isSettled;
      })
      .toBe(true);
    expect(written).toBeLessThan(1000);
    expect(await readText(response)).toHaveLength(2000 * block.length);
  });
});
