import type { App } from "../../../handlers/app.ts";
import { describeCause } from "../../../handlers/lib/describe-cause.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";

/** How a server ends. */
export interface Closer {
  /** Accepts no more; settles when the last answer is out. */
  gently(): Promise<unknown>;
  /** Lets go of connections that are open for nothing, where the server does not by itself. */
  dropIdle?(): void;
  /** Gives up what is still open. */
  now(): void;
}

type FlushingLogger = Logger & { flush(): void };

/** Under npm one wish may come as two signals: of the terminal, and of npm or because npm is gone. */
const sameWishMilliseconds = 1000;

/** SIGTERM and SIGINT: accept no more, let streams finish, save, close, exit 0. A second one exits at once. */
export function stopOnSignal(server: Closer, app: App, logger: FlushingLogger): void {
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
    const closed = server.gently();
    try {
      await app.stop();
    } catch (error) {
      logger.error("not everything could be closed", { cause: describeCause(error) });
    }
    // Answers are complete and saved; a reader that has not taken its last bytes gets a moment.
    setTimeout(() => server.now(), 1000);
    server.dropIdle?.();
    await closed.catch(() => undefined);
    logger.info("stopped");
    logger.flush();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, onSignal);
}

/** One request's bug must not end everybody's conversation. */
export function surviveFaults(logger: Logger): void {
  process.on("unhandledRejection", (error) => {
    logger.error("unhandled rejection", { cause: describeCause(error) ?? "unknown" });
  });
  process.on("uncaughtException", (error) => {
    logger.error("uncaught exception", { cause: describeCause(error) });
  });
  // Whoever read our log is gone: saying so would only fail again, and again.
  process.stdout.on("error", () => undefined);
}
