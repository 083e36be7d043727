import type { App } from "../../../handlers/app.ts";
import { describeCause } from "../../../handlers/lib/describe-cause.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";

/** How to close a server. */
export interface Closer {
  /** Stops accepting connections; settles when the last answer was sent. */
  gently(): Promise<unknown>;
  /** Closes idle connections, where `gently` does not. */
  dropIdle?(): void;
  /** Closes every connection. */
  now(): void;
}

type FlushingLogger = Logger & { flush(): void };

/** Under npm one Ctrl-C may arrive as two signals, the terminal's and npm's; within this time they count as one. */
const sameWishMilliseconds = 1000;

/** Hosts kill a process after 30 s. */
const longestStopMilliseconds = 29_500;

/**
 * On SIGTERM, SIGINT or SIGHUP (a closed terminal): stop accepting, let streams finish, save, close, exit 0. A second
 * signal exits at once with 1.
 */
export function stopOnSignal(server: Closer, app: Pick<App, "stop">, logger: FlushingLogger): void {
  let askedAt: number | undefined;
  const onSignal = (signal: string) => {
    const now = performance.now();
    if (askedAt === undefined) {
      askedAt = now;
      void stop(signal);
    } else if (now - askedAt > sameWishMilliseconds) process.exit(1);
  };
  const stop = async (signal: string) => {
    logger.info("stopping", { signal });
    setTimeout(() => {
      logger.error("not everything could be closed in time");
      logger.flush();
      process.exit(1);
    }, longestStopMilliseconds).unref();
    const closed = server.gently();
    try {
      await app.stop();
    } catch (error) {
      logger.error("not everything could be closed", { cause: describeCause(error) });
    }
    // Answers are complete and saved; slow readers get another second for their last bytes.
    setTimeout(() => server.now(), 1000);
    server.dropIdle?.();
    await closed.catch(() => undefined);
    logger.info("stopped");
    logger.flush();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, onSignal);
}

/** Logs uncaught errors and goes on, so that one request's bug does not end every conversation. */
export function surviveFaults(logger: Logger): void {
  process.on("unhandledRejection", (error) => {
    logger.error("unhandled rejection", { cause: describeCause(error) ?? "unknown" });
  });
  process.on("uncaughtException", (error) => {
    logger.error("uncaught exception", { cause: describeCause(error) });
  });
  // The log's reader is gone: logging that would fail too.
  process.stdout.on("error", () => undefined);
}
