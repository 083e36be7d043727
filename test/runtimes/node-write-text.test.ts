import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { writeText } from "../../adapters/runtimes/node/write-body.ts";
import { TextStream, type TextSource } from "../../handlers/lib/streams/text-stream.ts";

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

/** Serves a source to all requests, as Docent's listener does; rejected sources break the answer. */
async function serve(source: TextSource, stalledMilliseconds?: number): Promise<number> {
  return listen((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    writeText(source, response, stalledMilliseconds).catch(() => response.destroy());
  });
}

async function listen(respond: (response: ServerResponse) => void): Promise<number> {
  server = createServer((_request, response) => respond(response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** A source of these pieces, and then of what `more` gives. */
function sourceOf(
  pieces: readonly string[],
  more: () => Promise<string | undefined> = () => Promise.resolve(undefined),
) {
  const rest = [...pieces];
  const state = { isCancelled: false };
  const source: TextSource = {
    heartbeat: ": beat\n\n",
    next: () => (rest.length > 0 ? Promise.resolve(rest.shift()) : more()),
    cancel: () => (state.isCancelled = true),
  };
  return { source, state };
}

const ask = (port: number) => fetch(`http://127.0.0.1:${port}`);
const pieces = ["data: a\n\n", "", "wörd 🙂 漢字\n\n", "\uD800 alone\n\n", "z".repeat(100_000)];

test("a text arrives whole, with characters of one to four bytes", async () => {
  const port = await serve(sourceOf(pieces).source);
  expect(await (await ask(port)).text()).toBe(pieces.join("").toWellFormed());
});

test("the same bytes leave a runtime that reads the stream", async () => {
  const stream = new TextStream(sourceOf(pieces).source);
  expect(await new Response(stream).text()).toBe(pieces.join("").toWellFormed());
});

/** Sends a request line by hand, and returns the answer as it is on the wire, until the server ends it. */
async function askRaw(port: number, request: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(request);
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  return text;
}

test("a piece is one chunk of the body, and an empty one none", async () => {
  const port = await serve(sourceOf(["wörd", "", "two"]).source);
  const answer = await askRaw(port, "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  expect(answer.split("\r\n\r\n").slice(1).join("\r\n\r\n")).toBe(
    "5\r\nwörd\r\n3\r\ntwo\r\n0\r\n\r\n",
  );
});

test("a client of HTTP/1.0 gets the text without chunks", async () => {
  const port = await serve(sourceOf(["wörd", "two"]).source);
  const answer = await askRaw(port, "GET / HTTP/1.0\r\n\r\n");
  expect(answer.split("\r\n\r\n")[1]).toBe("wördtwo");
});

test("the answer to HEAD has no body, and its source is cancelled or read to its end", async () => {
  const port = await serve(sourceOf(["one", "two"]).source);
  const answer = await askRaw(port, "HEAD / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(answer.split("\r\n\r\n")[1]).toBe("");
});

test("of pipelined requests each gets its own whole answer", async () => {
  const port = await listen((response) => {
    response.writeHead(200);
    void writeText(sourceOf(["one", "two"]).source, response);
  });
  const get = "GET / HTTP/1.1\r\nhost: a\r\n";
  const answer = await askRaw(port, `${get}\r\n${get}connection: close\r\n\r\n`);
  expect(answer.match(/3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n/g)).toHaveLength(2);
});

test("a source that fails breaks the answer off", async () => {
  const { source } = sourceOf(["half"], () => Promise.reject(new Error("broken")));
  const port = await serve(source);
  const reading = ask(port).then((response) => response.text());
  await expect(reading).rejects.toThrow();
});

test("a client that leaves cancels the source, also while it has nothing to send", async () => {
  const { source, state } = sourceOf(["half"], () => new Promise(() => undefined));
  const port = await serve(source);
  const leave = new AbortController();
  const response = await fetch(`http://127.0.0.1:${port}`, { signal: leave.signal });
  await response.body?.getReader().read();
  leave.abort();
  await expect.poll(() => state.isCancelled).toBe(true);
});

test("the source of a client that left before the answer is cancelled", async () => {
  const { source, state } = sourceOf(["late"]);
  let socket: Socket | undefined;
  const port = await listen((response) => {
    response.once("close", () => void writeText(source, response));
    socket?.destroy();
  });
  socket = connect(port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  await expect.poll(() => state.isCancelled).toBe(true);
});

function endless() {
  let made = 0;
  const { source, state } = sourceOf([], () => {
    made += 1;
    return new Promise((resolve) => setImmediate(resolve, "x".repeat(1000)));
  });
  return { source, state, made: () => made };
}

test("a client that does not read is not written to", async () => {
  const { source, made, state } = endless();
  const port = await serve(source);
  const leave = new AbortController();
  await fetch(`http://127.0.0.1:${port}`, { signal: leave.signal });
  let before = -1;
  // What sockets hold between them is taken, and no more.
  await expect
    .poll(
      () => {
        const isSettled = made() === before;
        before = made();
        return isSettled;
      },
      { interval: 200, timeout: 10_000 },
    )
    .toBe(true);
  expect(made()).toBeLessThan(50_000);
  leave.abort();
  await expect.poll(() => state.isCancelled).toBe(true);
});

test("a slow reader gets all of it", async () => {
  const { source } = sourceOf(Array.from({ length: 300 }, (_, index) => `${index} `.repeat(5000)));
  const port = await serve(source);
  const reader = (await ask(port)).body?.getReader();
  let length = 0;
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) break;
    length += value?.length ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(length).toBe(5000 * (10 * 2 + 90 * 3 + 200 * 4));
});

test("a client that reads nothing for too long is disconnected, and the source cancelled", async () => {
  const { source, state } = endless();
  const port = await serve(source, 100);
  const response = await ask(port);
  await expect.poll(() => state.isCancelled, { timeout: 10_000 }).toBe(true);
  await expect(response.text()).rejects.toThrow();
});
