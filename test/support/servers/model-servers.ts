// Servers that stand in for a model's on the level of connections, and what is asked of them.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Server as RawServer } from "node:net";
import type { StreamedResponse } from "../../../adapters/http/streaming-fetch.ts";

const servers: (Server | RawServer)[] = [];
/** Stops all servers. */
export async function stopServers(): Promise<void> {
  for (const server of servers.splice(0)) {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
}

/** Listens on a free port. */
export async function listen(server: Server | RawServer, host: string): Promise<number> {
  servers.push(server);
  server.listen(0, host);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Starts a model's server that answers as given. */
export async function serve(answer: Answer, host = "127.0.0.1"): Promise<string> {
  return `http://127.0.0.1:${await listen(
    createServer((request, response) => void answer(request, response)),
    host,
  )}`;
}

/** A question to a model. */
export const post = {
  method: "POST",
  headers: { "content-type": "application/json", authorization: "Bearer key" },
  body: '{"wörd":"🙂"}',
  signal: new AbortController().signal,
};

/** The body as text. */
export async function readText({ body }: StreamedResponse): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
  }
}

/** A request's body. */
export async function bodyTextOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
