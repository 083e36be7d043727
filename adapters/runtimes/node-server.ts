import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServerAdapter } from "@whatwg-node/server";
import type { App } from "../../handlers/app.ts";

/** The app behind node:http, not yet listening. */
export function createNodeServer(app: App): Server {
  const answer = createServerAdapter<{ req: IncomingMessage }>((request, { req }) =>
    app.fetch(request, { clientAddress: req.socket.remoteAddress }),
  );
  // Longer than proxies keep theirs, so that it is never us who closes a connection under a request.
  return createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
    void answer(request, response);
  });
}
