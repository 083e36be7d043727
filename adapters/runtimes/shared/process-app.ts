import { createApp, type App } from "../../../handlers/app.ts";
import { createHostCheck } from "../../../handlers/http/host-check.ts";
import { parseSettings, type Settings } from "../../../handlers/settings/index.ts";
import { compose } from "../../compose.ts";
import { createLogger } from "../../loggers/lines.ts";
import { readEnvironment } from "./environment.ts";
import { nodeCapabilities, type ProcessInternals } from "../node/capabilities.ts";
import { stopOnSignal, surviveFaults, type Closer } from "./signals.ts";

export interface ProcessApp {
  /** Answers a request, whose `clientAddress` must be the connection's other end. Never throws. */
  readonly fetch: App["fetch"];
  readonly server: Settings["server"];
  /** Call when the server listens: starts the app, and stops both on a signal. */
  readonly listening: (port: number, close: Closer) => void;
  /** Call when the server cannot listen: logs why and exits with 1. */
  readonly refused: (code: string | undefined) => never;
}

/**
 * The app of a long-lived process (Node, Deno, Bun): settings from the environment and `.env`, log on standard output.
 *
 * @param internals what no setting decides; for tests
 */
export function createProcessApp(internals: ProcessInternals = {}): ProcessApp {
  // The embedded database makes its files with mode 0666; nobody else on this machine is to read them.
  process.umask(0o077);
  const parsed = parseSettings(readEnvironment());
  const { server, log } = parsed.settings;
  const logger = createLogger({ ...log, write: (lines) => process.stdout.write(lines) });
  surviveFaults(logger);
  for (const { name, code, message } of parsed.problems) {
    logger.warn("setting", { name, code, detail: message });
  }
  const serving: { url?: string; port?: number } & ProcessInternals = { ...internals };
  const app = createApp(compose(parsed.settings, nodeCapabilities(logger, serving)), parsed);
  const check = createHostCheck({ ...server, logger, port: () => serving.port });
  return {
    fetch: (request, platform) => {
      const refused = check(request, platform?.clientAddress);
      return refused ? Promise.resolve(refused) : app.fetch(request, platform);
    },
    server,
    listening(port, close) {
      serving.port = port;
      serving.url = `http://${reachable(server.host)}:${port}`;
      logger.info("listening", { url: serving.url });
      stopOnSignal(close, app, logger);
      void app.start();
    },
    refused(code) {
      logger.error("cannot listen", { code, host: server.host, port: server.port });
      logger.flush();
      process.exit(1);
    },
  };
}

/** The host in a URL by which this machine reaches the server. */
function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
