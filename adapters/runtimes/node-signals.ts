import type { Server } from "node:http";
import type { App } from "../../handlers/app.ts";
import type { createLogger } from "../loggers/logtape.ts";

/** SIGTERM and SIGINT: accept no more, let streams finish, save, close, exit 0. A second one exits at once. */
export function stopOnSignal(
  server: Server,
  app: App,
  logger: ReturnType<typeof createLogger>,
): void {
  const stop = async (signal: string) => {
    logger.info("stopping", { signal });
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    await app.stop();
    // Answers are complete and saved; a reader that has not taken its last bytes gets a moment.
    const timer = setTimeout(() => server.closeAllConnections(), 1000);
    server.closeIdleConnections();
    await closed;
    clearTimeout(timer);
    logger.info("stopped");
    logger.flush();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      process.once(signal, () => process.exit(1));
      void stop(signal);
    });
  }
  // One request's bug must not end everybody's conversation.
  process.on("unhandledRejection", (error) => {
    logger.error("unhandled rejection", { cause: error instanceof Error ? error.name : "unknown" });
  });
  process.on("uncaughtException", (error) => {
    logger.error("uncaught exception", {
      cause: error.name,
      at: error.stack?.split("\n")[1]?.trim(),
    });
  });
}
