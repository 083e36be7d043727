import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { writeBody } from "../../adapters/runtimes/node/write-body.ts";

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

async function serve(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const listener = createServer((_, response) => {
    writeBody(body, response).catch(() => response.destroy());
  });
  server = listener;
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
}

const chunk = new TextEncoder().encode("x".repeat(1000));

test("a stream arrives whole", async () => {
  let left = 3000;
  const url = await serve(
    new ReadableStream({
      pull(controller) {
        left -= 1;
        if (left < 0) controller.close();
        else controller.enqueue(chunk);
      },
    }),
  );
  expect(await (await fetch(url)).text()).toHaveLength(3_000_000);
});

test("a client that does not read is not written to, and one that leaves ends the stream", async () => {
  let pulled = 0;
  let isCancelled = false;
  const url = await serve(
    new ReadableStream({
      pull(controller) {
        pulled += 1;
        controller.enqueue(chunk);
      },
      cancel() {
        isCancelled = true;
      },
    }),
  );
  const leave = new AbortController();
  await fetch(url, { signal: leave.signal });
  let before = -1;
  // What sockets hold between them is taken, and no more.
  await expect
    .poll(() => {
      const isSettled = pulled === before;
      before = pulled;
      return isSettled;
    })
    .toBe(true);
  expect(pulled).toBeLessThan(50_000);
  leave.abort();
  await expect.poll(() => isCancelled).toBe(true);
});

test("a stream that breaks breaks the answer", async () => {
  const url = await serve(
    new ReadableStream({
      start: (controller) => controller.enqueue(chunk),
      pull: () => Promise.reject(new Error("broken")),
    }),
  );
  const reading = fetch(url).then((response) => response.text());
  await expect(reading).rejects.toThrow();
});
