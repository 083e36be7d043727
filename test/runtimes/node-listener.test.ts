import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { Response as LightResponse } from "../../adapters/runtimes/node/light-response.ts";
import { createListener } from "../../adapters/runtimes/node/listener.ts";
import { talk } from "../support/clients/talk.ts";

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

async function serve(answer: (request: Request) => Promise<Response> | Response): Promise<string> {
  const listener = createServer(createListener({ fetch: async (request) => answer(request) }));
  server = listener;
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
}

function text(body: string): Response {
  const length = String(new TextEncoder().encode(body).length);
  return new Response(body, {
    headers: { "content-type": "text/plain", "content-length": length },
  });
}

test("a handler reads all of a request as fetch defines it", async () => {
  const url = await serve(async (request) => {
    const { method, url: address, headers, redirect, bodyUsed } = request;
    const { name } = (await request.json()) as { name: string };
    const facts = [method, address, headers.get("X-Sent"), headers.has("cookie"), redirect];
    return text(JSON.stringify([...facts, bodyUsed, name, tagOf(request)]));
  });
  const response = await fetch(`${url}/a?b=c`, {
    method: "POST",
    headers: { "x-sent": "1" },
    body: '{"name":"Zoë"}',
  });
  const facts = ["POST", `${url}/a?b=c`, "1", false, "follow", false, "Zoë", "[object Request]"];
  expect(await response.json()).toEqual(facts);
});

test("a request without a Host has an address all the same", async () => {
  const url = await serve((request) => text(new URL(request.url).pathname));
  expect(await talk(url, "GET /x HTTP/1.0\r\n\r\n")).toMatch(/\r\n\r\n\/x$/);
});

test("a body that is not read does not hold up the connection", async () => {
  const url = await serve((request) => text(request.method));
  const body = "x".repeat(300_000);
  const post = `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const said = await talk(url, `${post}GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect(said).toMatch(/\r\n\r\nPOST[^]*\r\n\r\nGET$/);
});

test.each(["before", "after"] as const)(
  "the signal aborts for a client that leaves %s it is first read",
  async (when) => {
    const left = Promise.withResolvers<boolean>();
    const arrived = Promise.withResolvers<Request>();
    const url = await serve((request) => {
      arrived.resolve(request);
      return new Promise(() => undefined);
    });
    const leaving = new AbortController();
    const asked = fetch(url, { signal: leaving.signal }).catch(() => undefined);
    const request = await arrived.promise;
    const watch = () => {
      if (request.signal.aborted) left.resolve(true);
      else request.signal.addEventListener("abort", () => left.resolve(true));
    };
    if (when === "after") watch();
    leaving.abort();
    await asked;
    if (when === "before") {
      await expect.poll(connections).toBe(0);
      watch();
    }
    expect(await left.promise).toBe(true);
  },
);

test("the signal does not abort for a client that has its answer", async () => {
  let signal: AbortSignal | undefined;
  const url = await serve((request) => {
    signal = request.signal;
    return text("done");
  });
  expect(await talk(url, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).toMatch(
    /done$/,
  );
  await expect.poll(connections).toBe(0);
  expect(signal?.aborted).toBe(false);
});

test("a light response is read as any other", async () => {
  const headers = { "content-type": "application/json", "x-more": "1" };
  const light = new LightResponse('{"a":"ä"}', { status: 201, headers }) as unknown as Response;
  expect([light.status, light.ok, light.headers.get("x-more")]).toEqual([201, true, "1"]);
  expect(await light.json()).toEqual({ a: "ä" });
  const bare = new LightResponse(null, { status: 204 }) as unknown as Response;
  expect([bare.status, bare.body, tagOf(bare)]).toEqual([204, null, "[object Response]"]);
});

const tagOf = (value: object): string => Object.prototype.toString.call(value);

function connections(): Promise<number> {
  return new Promise((resolve) => server?.getConnections((_, count) => resolve(count)));
}
