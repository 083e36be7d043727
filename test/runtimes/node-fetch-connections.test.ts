import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createRawServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { fetchStream } from "../../adapters/runtimes/node/fetch-stream.ts";
import { listen, post, readText, serve, stopServers } from "../support/servers/model-servers.ts";

afterEach(stopServers);

test("an answer is not asked for in a compressed form, which would hold tokens back", async () => {
  const url = await serve(({ headers }, response) => {
    response.end(headers["accept-encoding"]);
  });
  expect(await readText(await fetchStream(url, post))).toBe("identity");
});

/** A server whose first connection answers one question, and gets a reset for an answer to the second. */
async function startResetting() {
  let connections = 0;
  const server = createRawServer((socket) => {
    connections += 1;
    const isFirst = connections === 1;
    let questions = 0;
    socket.on("error", () => undefined);
    socket.on("data", () => {
      questions += 1;
      if (isFirst && questions === 2) socket.resetAndDestroy();
      else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwhole");
    });
  });
  return { port: await listen(server, "127.0.0.1"), connections: () => connections };
}

test("a kept connection that the server closes as the question leaves is replaced by a new one", async () => {
  const { port, connections } = await startResetting();
  const url = `http://127.0.0.1:${port}`;
  expect(await readText(await fetchStream(url, post))).toBe("whole");
  expect(await readText(await fetchStream(url, post))).toBe("whole");
  expect(connections()).toBe(2);
});

test("a request fails where the server goes over to another protocol", async () => {
  const server = createRawServer((socket) => {
    socket.on("error", () => undefined);
    // A socket that is read notices that the other side has closed.
    socket.on("data", () => {
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n",
      );
    });
  });
  const url = `http://127.0.0.1:${await listen(server, "127.0.0.1")}`;
  await expect(fetchStream(url, post)).rejects.toThrow("closed");
});

/** Runs code that uses `fetchStream` and `init` in a process behind this proxy. */
async function runBehindProxy(port: number, code: string): Promise<void> {
  const module = new URL("../../adapters/runtimes/node/fetch-stream.ts", import.meta.url).href;
  const script = `
    const { fetchStream } = await import(${JSON.stringify(module)});
    const { signal } = new AbortController();
    const init = { headers: {}, signal };
    ${code}
    process.exit();`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    env: { ...process.env, NODE_USE_ENV_PROXY: "1", HTTP_PROXY: `http://127.0.0.1:${port}` },
    stdio: "ignore",
  });
  await once(child, "exit");
}

test.each(["fetch", "fetchStream"])(
  "NODE_USE_ENV_PROXY sends it through a proxy: %s",
  async (name) => {
    let proxied = 0;
    const proxy = createServer((_request, response) => {
      proxied += 1;
      response.end("proxied");
    });
    proxy.on("connect", (_request, socket) => {
      proxied += 1;
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    });
    const port = await listen(proxy, "127.0.0.1");
    await runBehindProxy(
      port,
      `await ${name}("http://model.invalid/v1", init).catch(() => undefined);`,
    );
    expect(proxied).toBe(1);
  },
);

test("the new connection that replaces a kept one goes through the proxy too", async () => {
  const { port, connections } = await startResetting();
  const ask = `
    const { body } = await fetchStream("http://model.invalid/v1", init);
    const reader = body.getReader();
    while (!(await reader.read()).done);`;
  await runBehindProxy(port, `for (const _ of [1, 2]) {${ask}}`);
  expect(connections()).toBe(2);
});
