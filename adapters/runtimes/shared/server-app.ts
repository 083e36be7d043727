import type { Worker } from "node:worker_threads";
import type { App, Ports } from "../../../handlers/app.ts";
import type { EarlyAnswers } from "../../../handlers/early-answers.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";
import type { ParsedSettings } from "../../../handlers/settings/index.ts";
import type { ProcessInternals } from "../node/capabilities.ts";
import { openAhead } from "./open-ahead.ts";

/** All of a long-lived process that is loaded once it listens. */
export interface ServerAppOptions {
  readonly parsed: ParsedSettings;
  /** The embedded database's thread, started ahead. */
  readonly worker: Worker | undefined;
  readonly logger: Logger;
  readonly serving: { readonly url?: string } & ProcessInternals;
  readonly early: EarlyAnswers;
}

/** Loads the app of a long-lived process, which has to be started. */
export async function createServerApp(options: ServerAppOptions): Promise<App> {
  const { parsed, worker, logger, serving, early } = options;
  const { settings } = parsed;
  const { nodeCapabilities } = await import("../node/capabilities.ts");
  const capabilities = openAhead(nodeCapabilities(logger, serving, { worker }), settings);
  // The thread is asked to open before the app is loaded, which blocks this one.
  await new Promise((resolve) => setImmediate(resolve));
  const [{ createApp }, { compose }] = await Promise.all([
    import("../../../handlers/app.ts"),
    import("../../compose.ts"),
  ]);
  const ports = compose(settings, capabilities);
  const app = createApp(ports, parsed, early);
  // This thread has nothing else to do until the database is open.
  void rehearse(ports.languageModel);
  return app;
}

/** Never throws: a failure would show again at the first question. */
async function rehearse(model: Ports["languageModel"]): Promise<void> {
  const { rehearse: answerOnce } = await import("../../../handlers/rehearsal.ts");
  await answerOnce(model.quoting ? undefined : model).catch(() => undefined);
}
