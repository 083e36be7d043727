import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { answerBrokenRequests } from "./broken-requests.ts";

/** Bytes that Node keeps for a connection whose client does not read, or whose body is not read yet. */
const bufferedBytes = 16 * 1024;

/** Connections at once; beyond them the idle ones are closed, and new ones refused until there is room. */
const mostConnections = 4096;

/** Milliseconds for the rest of a body that the answer did not wait for. */
const lingeringMilliseconds = 10_000;

/** A node:http server that clients who are slow, idle or silent cannot exhaust. */
export function createBoundedServer(listener: RequestListener): Server {
  const server = createServer(
    {
      // Longer than proxies keep idle connections, so that the server never closes one just as a request arrives.
      keepAliveTimeout: 75_000,
      highWaterMark: bufferedBytes,
      headersTimeout: 20_000,
      connectionsCheckingInterval: 5000,
    },
    listener,
  );
  server.maxConnections = mostConnections;
  answerBrokenRequests(server);
  server.on("drop", () => server.closeIdleConnections());
  // A client may end its half of the connection with its request and still read the answer. Without this
  // property, which the types lack, Node ends the other half at once.
  return Object.assign(server, { httpAllowHalfOpen: true });
}

/** Closes the connection of a request that has been answered, unless the rest of its body comes within 10 s. */
export function lingerFor(request: IncomingMessage): void {
  if (request.complete) return;
  const timer = setTimeout(() => request.socket.destroy(), lingeringMilliseconds);
  request.once("close", () => clearTimeout(timer));
}
