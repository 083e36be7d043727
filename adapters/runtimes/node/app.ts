import { createApp, type App } from "../../../handlers/app.ts";
import { parseSettings, type Environment } from "../../../handlers/settings/index.ts";
import { compose } from "../../compose.ts";
import { createLogger } from "../../loggers/lines.ts";
import { nodeCapabilities } from "./capabilities.ts";

export type { App, Environment };

/**
 * The app as the Node server runs it, without the server: for tests with `new Request(...)` and for other
 * servers. Call `start()` before the first request and `stop()` after the last.
 *
 * @param environment settings by name, such as `process.env`; an empty record is a complete configuration
 */
export function createNodeApp(environment: Environment = {}): App {
  const parsed = parseSettings(environment);
  const { log } = parsed.settings;
  const logger = createLogger({ ...log, write: (lines) => process.stdout.write(lines) });
  return createApp(compose(parsed.settings, nodeCapabilities(logger)), parsed);
}
