import { pathToFileURL } from "node:url";
import { createFolderAssets } from "../../../adapters/assets/folder.ts";
import { superviseDatabase } from "../../../adapters/databases/supervise.ts";
import { createExtractiveModel } from "../../../adapters/language-models/extractive/model.ts";
import { createScryptHasher } from "../../../adapters/password-hashers/scrypt.ts";
import { createGivenSecret } from "../../../adapters/secrets/given-secret.ts";
import { createApp, type App, type Ports } from "../../../handlers/app.ts";
import type { Platform } from "../../../handlers/http/context.ts";
import type { Database } from "../../../handlers/ports/database.ts";
import type { LogFields, Logger } from "../../../handlers/ports/logger.ts";
import { built } from "../servers/built.ts";
import { openTestDatabase } from "./test-database.ts";
import { secretWatch, watchAnswer } from "../secret-watch.ts";
import { parseSettings, type Environment } from "../../../handlers/settings/index.ts";
import { systemClock } from "../../../handlers/lib/time.ts";

export interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: LogFields;
}

export interface TestApp {
  readonly app: App;
  readonly database: Database;
  readonly ports: Ports;
  readonly log: readonly LogLine[];
  /** Each request comes from its own address, unless it names one, so that rate limits do not interfere. */
  fetch(path: string, init?: RequestInit, platform?: Platform): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

/** Creates the real app on a real PostgreSQL (PGlite in memory); a test may pass other ports. */
export async function createTestApp(
  environment: Environment = {},
  overrides: Partial<Ports> = {},
): Promise<TestApp> {
  const { logger, lines } = createRecordingLogger();
  const engine = overrides.database ?? (await openTestDatabase(logger));
  const ports: Ports = {
    database: "start" in engine ? engine : superviseDatabase(() => Promise.resolve(engine), logger),
    languageModel: createExtractiveModel(),
    secrets: createGivenSecret("a secret for tests, of more than thirty-two bytes"),
    // The real hasher at a low cost, so that a test can have many accounts.
    passwordHasher: createScryptHasher({ logN: 4 }),
    assets: commonPasswords,
    documents: { bundled: undefined, configured: undefined },
    logger,
    clock: systemClock,
    ...overrides,
  };
  const app = createApp(ports, parseSettings({ CHAT_RATE_LIMIT: "1000/60s", ...environment }));
  await app.start();
  let requests = 0;
  secretWatch.setting(environment);
  const fetch = async (path: string, init?: RequestInit, platform?: Platform) => {
    const request = new Request(`http://localhost:7860${path}`, init);
    secretWatch.asked(request.headers, init?.body);
    const response = await app.fetch(
      request,
      platform ?? { clientAddress: addressOf((requests += 1)) },
    );
    return watchAnswer(path, response);
  };
  return {
    app,
    database: engine,
    ports,
    log: lines,
    fetch,
    post: (path, body, headers = {}) =>
      fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),
    close: () => app.stop(),
  };
}

const files = createFolderAssets(pathToFileURL(`${built("")}/`));
/** The build's list of common passwords, and no page: tests of all routes would read its megabytes again and again. */
const commonPasswords = {
  read: (name: string) =>
    name === "common-passwords.txt" ? files.read(name) : Promise.resolve(undefined),
};

function addressOf(index: number): string {
  return [10, index >> 16, (index >> 8) & 255, index & 255].join(".");
}

export function createRecordingLogger(): { logger: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: keyof Logger) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, fields });
      secretWatch.logged(JSON.stringify({ message, fields }));
    };
  const logger = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  return { logger, lines };
}

/** The number of rows of each table, for tests that nothing was written. */
export async function countRows(database: Database): Promise<Record<string, number>> {
  const tables = await database.query<{ name: string }>({
    text: "select tablename::text as name from pg_tables where schemaname = 'public' order by 1",
    values: [],
  });
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await database.query<{ count: number }>({
      text: `select count(*)::int as count from "${name}"`,
      values: [],
    });
    counts[name] = row?.count ?? 0;
  }
  return counts;
}
