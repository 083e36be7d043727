import { createServer } from "node:http";
import { createListener } from "./listener.ts";
import { createProcessApp } from "../shared/process-app.ts";

const { app, server: at, listening, refused } = createProcessApp();
// Longer than proxies keep idle connections, so that the server never closes one just as a request arrives.
const server = createServer({ keepAliveTimeout: 75_000 }, createListener(app));
server.on("error", (error: NodeJS.ErrnoException) => refused(error.code));
server.listen(at.port, at.host, () => {
  const address = server.address();
  listening(typeof address === "object" && address ? address.port : at.port, {
    gently: () => new Promise((resolve) => server.close(resolve)),
    dropIdle: () => server.closeIdleConnections(),
    now: () => server.closeAllConnections(),
  });
});
