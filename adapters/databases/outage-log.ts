import type { Clock } from "../../handlers/ports/clock.ts";
import { PortFailure } from "../../handlers/ports/failure.ts";
import type { Logger } from "../../handlers/ports/logger.ts";

/** Logs an outage when it begins, when its reason changes and when it ends. */
export function createOutageLog(logger: Logger, clock: Clock) {
  let since: number | undefined;
  let said: string | undefined;
  return {
    begin(error: unknown) {
      since ??= clock.monotonic();
      const { code, message: reason } = explain(error);
      if (reason === said) return;
      said = reason;
      logger.error("database not available", { code, reason });
    },
    end() {
      if (since === undefined) return;
      const seconds = Math.round((clock.monotonic() - since) / 1000);
      since = said = undefined;
      logger.info("database available again", { seconds });
    },
  };
}

function explain(error: unknown): { code: string; message: string } {
  // A PortFailure's message may be shown; a driver's may hold a URL.
  if (error instanceof PortFailure) return { code: error.code, message: error.message };
  return { code: "internal", message: error instanceof Error ? error.name : "unknown" };
}
