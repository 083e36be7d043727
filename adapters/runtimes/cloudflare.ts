import { createApp, type App } from "../../handlers/app.ts";
import { parseSettings, type Environment } from "../../handlers/settings.ts";
import { compose } from "../compose.ts";
import { createLogger } from "../loggers/lines.ts";
import { createScryptHasher } from "../password-hashers/scrypt.ts";

/** What is used of a worker's context (https://developers.cloudflare.com/workers/runtime-apis/context/). */
interface WorkerContext {
  waitUntil(work: Promise<unknown>): void;
}

interface WorkerApp {
  readonly app: App;
  readonly flush: () => void;
}

/** One for the isolate, made by the first request: settings come with requests. */
let made: WorkerApp | undefined;

function createWorkerApp(environment: Environment): WorkerApp {
  const parsed = parseSettings(environment);
  const logger = createLogger({ ...parsed.settings.log, write });
  for (const { name, code, message } of parsed.problems)
    logger.warn("setting", { name, code, detail: message });
  const offers = {
    logger,
    assets: { read: () => Promise.resolve(undefined) },
    passwordHasher: createScryptHasher(),
    lifetime: "request" as const,
  };
  const app = createApp(compose(parsed.settings, offers), parsed);
  return { app, flush: () => logger.flush() };
}

function write(lines: string): void {
  console.log(lines.trimEnd());
}

export default {
  async fetch(
    request: Request,
    environment: Environment,
    context: WorkerContext,
  ): Promise<Response> {
    const { app, flush } = (made ??= createWorkerApp(environment));
    const platform = {
      clientAddress: request.headers.get("cf-connecting-ip") ?? undefined,
      waitUntil: (work: Promise<unknown>) => context.waitUntil(work),
    };
    try {
      return await app.fetch(request, platform);
    } finally {
      // A timer would not outlive the request that set it.
      flush();
    }
  },
};
