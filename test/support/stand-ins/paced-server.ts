// The Node server with a slow model.
import { createServer } from "node:http";
import { compose } from "../../../adapters/compose.ts";
import { migrate } from "../../../adapters/databases/migrate.ts";
import { createPgliteDatabase } from "../../../adapters/databases/pglite/database.ts";
import { createLogger } from "../../../adapters/loggers/lines.ts";
import { createScryptHasher } from "../../../adapters/password-hashers/scrypt.ts";
import { createListener } from "../../../adapters/runtimes/node/listener.ts";
import { stopOnSignal, surviveFaults } from "../../../adapters/runtimes/shared/signals.ts";
import { createApp } from "../../../handlers/app.ts";
import { parseSettings } from "../../../handlers/settings/index.ts";
import { built, builtThread } from "../servers/built.ts";
import { pacedModel } from "./paced-model.ts";

const parsed = parseSettings({
  CHAT_RATE_LIMIT: "1000/60s",
  CHAT_ADDRESS_LIMIT: "1000/60s",
  ...process.env,
});
const { dataDirectory: directory } = parsed.settings;
const logger = createLogger({
  level: "info",
  format: "text",
  write: (lines) => process.stdout.write(lines),
});
surviveFaults(logger);
const ports = compose(parsed.settings, {
  logger,
  assets: { read: () => Promise.resolve(undefined) },
  passwordHasher: createScryptHasher(),
  async openEmbeddedDatabase() {
    const database = createPgliteDatabase({
      directory,
      preparedDirectory: built("templates/migrated"),
      logger,
      threadModule: builtThread(),
    });
    await database.open();
    await migrate(database, { logger });
    return database;
  },
});
const secrets = { read: () => Promise.resolve({ current: new Uint8Array(32).fill(7) }) };
const app = createApp({ ...ports, languageModel: pacedModel, secrets }, parsed);
const server = createServer(createListener(app));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  logger.info("listening", { url: `http://127.0.0.1:${port}` });
  void app.start();
});
stopOnSignal(
  {
    gently: () => new Promise((resolve) => server.close(resolve)),
    dropIdle: () => server.closeIdleConnections(),
    now: () => server.closeAllConnections(),
  },
  app,
  logger,
);
