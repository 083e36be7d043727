import type { Worker } from "node:worker_threads";
import type { App } from "../../../handlers/app.ts";
import { createEarlyAnswers } from "../../../handlers/early-answers.ts";
import { createHostCheck } from "../../../handlers/http/host-check.ts";
import { describeCause } from "../../../handlers/lib/describe-cause.ts";
import { systemClock } from "../../../handlers/lib/time.ts";
import { parseSettings, type Settings } from "../../../handlers/settings/index.ts";
import { startWorker } from "../../databases/pglite/thread-client.ts";
import { createLogger } from "../../loggers/lines.ts";
import { readEnvironment } from "./environment.ts";
import type { ProcessInternals } from "../node/capabilities.ts";
import { stopOnSignal, surviveFaults, type Closer } from "./signals.ts";

export interface ProcessApp {
  /**
   * Answers a request, whose `clientAddress` must be the connection's other end. Until the app is loaded, all
   * requests but those for /health wait for it. Never throws.
   */
  readonly fetch: App["fetch"];
  readonly server: Settings["server"];
  /** Call when the server listens: loads and starts the app, and stops both on a signal. */
  readonly listening: (port: number, close: Closer) => void;
  /** Call when the server cannot listen: logs why and exits with 1. */
  readonly refused: (code: string | undefined) => never;
}

/** Loading blocks this thread; a host that waits for the port asks for /health within this time. */
const graceMilliseconds = 10;

/**
 * The app of a long-lived process (Node, Deno, Bun): settings from the environment and `.env`, log on standard output.
 *
 * @param internals what no setting decides
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
  const early = createEarlyAnswers({ logger, clock: systemClock }, parsed.settings);
  const serving: { url?: string; port?: number } & ProcessInternals = { ...internals };
  const check = createHostCheck({ ...server, logger, port: () => serving.port });
  const fail = (message: string, fields: Parameters<typeof logger.error>[1]): never => {
    logger.error(message, fields);
    logger.flush();
    process.exit(1);
  };

  let app: App | undefined;
  let loading: Promise<App> | undefined;
  let worker: Worker | undefined;
  const load = async (): Promise<App> => {
    try {
      // Most of the code: a server that listens answers /health meanwhile.
      const { createServerApp } = await import("./server-app.ts");
      app = await createServerApp({ parsed, worker, logger, serving, early });
      void app.start();
      return app;
    } catch (error) {
      return fail("cannot load the app", { cause: describeCause(error) });
    }
  };
  const loaded = () => (loading ??= load());
  return {
    fetch(request, platform = {}) {
      const refusal = check(request, platform.clientAddress);
      if (refusal) return Promise.resolve(refusal);
      if (app) return app.fetch(request, platform);
      const answer = early.fetch(request, platform);
      return answer ?? loaded().then((late) => late.fetch(request, platform));
    },
    server,
    listening(port, close) {
      serving.port = port;
      serving.url = `http://${reachable(server.host)}:${port}`;
      logger.info("listening", { url: serving.url });
      // The embedded database opens on a thread of its own, and takes longer than all the rest.
      if (parsed.settings.database.kind === "embedded") worker = startWorker();
      const timer = setTimeout(() => void loaded(), graceMilliseconds);
      const stop = async () => {
        clearTimeout(timer);
        await (await loading)?.stop();
      };
      stopOnSignal(close, { stop }, logger);
    },
    refused: (code) => fail("cannot listen", { code, host: server.host, port: server.port }),
  };
}

/** The host in a URL by which this machine reaches the server. */
function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
