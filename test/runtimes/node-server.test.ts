import { once } from "node:events";
import type { Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createBoundedServer } from "../../adapters/runtimes/node/server.ts";

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

test("beyond the most connections, idle ones make room for new ones", async () => {
  const bounded = createBoundedServer((_, response) => response.end("here"));
  server = bounded;
  expect(bounded.maxConnections).toBeGreaterThan(1000);
  bounded.maxConnections = 1;
  await new Promise<void>((resolve) => bounded.listen(0, "127.0.0.1", resolve));
  const { port } = bounded.address() as AddressInfo;
  const idle = connect(port, "127.0.0.1", () => idle.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  await once(idle, "data");
  const refused = connect(port, "127.0.0.1");
  refused.on("error", () => undefined);
  await Promise.all([once(idle, "close"), once(refused, "close")]);
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe("here");
});
