import { createServer } from "node:http";
import { createApp } from "../../handlers/app.ts";
import { parseSettings } from "../../handlers/settings.ts";
import { compose } from "../compose.ts";
import { createLogger } from "../loggers/lines.ts";
import { readEnvironment } from "./environment.ts";
import { createListener } from "./node-listener.ts";
import { nodeOffers } from "./node-offers.ts";
import { stopOnSignal, surviveFaults } from "./node-signals.ts";

const parsed = parseSettings(readEnvironment());
const { server: at, log } = parsed.settings;
const logger = createLogger({ ...log, write: (lines) => process.stdout.write(lines) });
surviveFaults(logger);
for (const { name, code, message } of parsed.problems)
  logger.warn("setting", { name, code, detail: message });

const serving: { url?: string } = {};
const app = createApp(compose(parsed.settings, nodeOffers(logger, serving)), parsed);
// Longer than proxies keep theirs, so that it is never us who closes a connection under a request.
const server = createServer({ keepAliveTimeout: 75_000 }, createListener(app));
server.on("error", (error: NodeJS.ErrnoException) => {
  logger.error("cannot listen", { code: error.code, host: at.host, port: at.port });
  logger.flush();
  process.exit(1);
});
server.listen(at.port, at.host, () => {
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : at.port;
  serving.url = `http://${reachable(at.host)}:${port}`;
  logger.info("listening", { url: serving.url });
  void app.start();
});
stopOnSignal(server, app, logger);

/** A host by which this machine reaches itself, as a URL writes it. */
function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
