import { createApp } from "../../../handlers/app.ts";
import type { Platform } from "../../../handlers/http/context.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";
import { parseSettings, type Environment } from "../../../handlers/settings/index.ts";
import { compose, type Capabilities } from "../../compose.ts";
import { createLogger } from "../../loggers/lines.ts";

/** What a platform without background work can do. */
export type RequestCapabilities = Pick<Capabilities, "assets" | "passwordHasher" | "openPostgres">;

export interface RequestApp {
  /** Answers a request; work after the response is passed to `waitUntil`. Never throws. */
  fetch(request: Request, platform: Platform): Promise<Response>;
}

function write(lines: string): void {
  console.log(lines.trimEnd());
}

/** The app of platforms on which nothing runs between requests. It never migrates, and writes its log before a request ends. */
export function createRequestApp(
  environment: Environment,
  capabilities: RequestCapabilities,
): RequestApp {
  const parsed = parseSettings(environment);
  const logger: Logger & { flush(): void } = createLogger({ ...parsed.settings.log, write });
  for (const { name, code, message } of parsed.problems)
    logger.warn("setting", { name, code, detail: message });
  const ports = compose(parsed.settings, { ...capabilities, logger, lifetime: "request" });
  const app = createApp(ports, parsed);
  // The logger's timer may never fire once the request has ended.
  const flush = () => logger.flush();
  return {
    async fetch(request, { clientAddress, waitUntil = () => undefined }) {
      try {
        return await app.fetch(request, {
          clientAddress,
          waitUntil: (work) => waitUntil(work.then(flush, flush)),
        });
      } finally {
        flush();
      }
    },
  };
}
