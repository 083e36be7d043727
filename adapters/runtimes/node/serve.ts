import { fetchStream } from "./fetch-stream.ts";
import { createListener } from "./listener.ts";
import { createBoundedServer } from "./server.ts";
import { createProcessApp } from "../shared/process-app.ts";

const docent = createProcessApp({ fetchStream });
const { server: at, listening, refused } = docent;
const server = createBoundedServer(createListener(docent));
server.on("error", (error: NodeJS.ErrnoException) => refused(error.code));
server.listen(at.port, at.host, () => {
  const address = server.address();
  listening(typeof address === "object" && address ? address.port : at.port, {
    gently: () => new Promise((resolve) => server.close(resolve)),
    dropIdle: () => server.closeIdleConnections(),
    now: () => server.closeAllConnections(),
  });
});
