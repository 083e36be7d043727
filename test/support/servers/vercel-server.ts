// Stands in for Vercel's Node launcher, which only runs there: imports a built function and calls its `fetch`
// as the open part of that launcher does (`vercel/vercel`, packages/node/src/serverless-functions).
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import { pathToFileURL } from "node:url";
import { built } from "./built.ts";

const afterwards = new Set<Promise<unknown>>();
const context = {
  waitUntil(work: Promise<unknown>) {
    const settled = work.catch(() => undefined).finally(() => afterwards.delete(settled));
    afterwards.add(settled);
  },
};
Object.defineProperty(globalThis, Symbol.for("@vercel/request-context"), {
  value: { get: () => context },
});

const program = pathToFileURL(built("vercel.js")).href;
// Detached from its object, as in the launcher.
const {
  default: { fetch: handle },
} = (await import(program)) as {
  default: { readonly fetch: (request: Request) => Promise<Response> };
};

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers))
    for (const each of [value ?? []].flat()) headers.append(name, each);
  // Vercel overwrites these headers.
  const address = incoming.socket.remoteAddress ?? "";
  for (const name of ["x-forwarded-for", "x-real-ip", "x-vercel-forwarded-for"])
    headers.set(name, address);
  const { method = "GET" } = incoming;
  // A function receives the whole body at once.
  const body =
    method === "GET" || method === "HEAD" ? null : new Uint8Array(await buffer(incoming));
  const request = new Request(new URL(incoming.url ?? "/", `http://${incoming.headers.host}`), {
    method,
    headers,
    body,
  });
  const response = await handle(request);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) outgoing.end();
  else
    Readable.fromWeb(response.body as NodeReadableStream)
      .on("error", () => outgoing.destroy())
      .pipe(outgoing);
}

const server = createServer((incoming, outgoing) => {
  answer(incoming, outgoing).catch(() => outgoing.destroy());
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  console.log(` listening url=http://127.0.0.1:${port}`);
});
process.on("SIGTERM", () => {
  server.closeAllConnections();
  void Promise.all(afterwards).then(() => process.exit(0));
});
