import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { endBody, writeBody } from "../../adapters/runtimes/node/write-body.ts";

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

function serve(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  stalledMilliseconds?: number,
): Promise<string> {
  return listen((response) => {
    writeBody(body, response, stalledMilliseconds).catch(() => response.destroy());
  });
}

async function listen(respond: (response: ServerResponse) => void): Promise<string> {
  const listener = createServer((_, response) => respond(response));
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

test("a client that reads nothing for too long is disconnected, and the stream ended", async () => {
  let isCancelled = false;
  const url = await serve(
    new ReadableStream({
      pull: (controller) => controller.enqueue(chunk),
      cancel() {
        isCancelled = true;
      },
    }),
    100,
  );
  const response = await fetch(url);
  await expect.poll(() => isCancelled).toBe(true);
  await expect(response.text()).rejects.toThrow();
});

test("so is one that does not read an answer that was sent in one piece", async () => {
  let sent: ServerResponse | undefined;
  const url = await listen((response) => {
    sent = response;
    endBody(response, "x".repeat(20_000_000), 100);
  });
  const response = await fetch(url);
  await expect.poll(() => sent?.destroyed).toBe(true);
  await expect(response.text()).rejects.toThrow();
});

test("one that reads slowly is not", async () => {
  const url = await listen((response) => endBody(response, "x".repeat(20_000_000), 2000));
  const reader = (await fetch(url)).body?.getReader();
  let length = 0;
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) break;
    length += value?.length ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  expect(length).toBe(20_000_000);
});
