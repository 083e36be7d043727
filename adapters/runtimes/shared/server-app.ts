import type { App } from "../../../handlers/app.ts";
import type { EarlyAnswers } from "../../../handlers/early-answers.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";
import type { ParsedSettings } from "../../../handlers/settings/index.ts";
import { startWorker } from "../../databases/pglite/thread-client.ts";
import type { ProcessInternals } from "../node/capabilities.ts";
import { openAhead } from "./open-ahead.ts";

/** All of a long-lived process that is loaded once it listens. */
export interface ServerAppOptions {
  readonly parsed: ParsedSettings;
  readonly logger: Logger;
  readonly serving: { readonly url?: string } & ProcessInternals;
  readonly early: EarlyAnswers;
}

/** Loads the app of a long-lived process, which has to be started. */
export async function createServerApp(options: ServerAppOptions): Promise<App> {
  const { parsed, logger, serving, early } = options;
  const { settings } = parsed;
  // The embedded database opens on a thread of its own, and takes longer than all of this.
  const worker = settings.database.kind === "embedded" ? startWorker() : undefined;
  const { nodeCapabilities } = await import("../node/capabilities.ts");
  const capabilities = openAhead(nodeCapabilities(logger, serving, { worker }), settings);
  const [{ createApp }, { compose }] = await Promise.all([
    import("../../../handlers/app.ts"),
    import("../../compose.ts"),
  ]);
  return createApp(compose(settings, capabilities), parsed, early);
}
