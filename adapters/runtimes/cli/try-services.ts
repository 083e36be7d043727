import { within } from "../../../handlers/lib/time.ts";
import type { Dependency } from "../../../handlers/ports/dependency.ts";
import type { Settings } from "../../../handlers/settings/index.ts";
import { compose } from "../../compose.ts";
import { describeDatabase } from "../../databases/describe.ts";
import { readHolder } from "../../databases/pglite/lock.ts";
import { createLogger } from "../../loggers/lines.ts";
import { nodeCapabilities } from "../node/capabilities.ts";
import { askServer, type ServiceCheck } from "./ask-server.ts";
import { openDatabase } from "./open-database.ts";
import type { Terminal } from "./terminal.ts";

const deadlineMilliseconds = 20_000;

/**
 * Tries every service in the settings, the database first, for 20 s each; changes nothing. A server that holds the
 * data directory is asked instead, because the embedded database cannot be opened twice. Never throws.
 */
export async function* tryServices(
  settings: Settings,
  terminal: Terminal,
): AsyncGenerator<ServiceCheck> {
  const url = await findServer(settings);
  if (url !== undefined) {
    yield* await reportedBy(url);
    return;
  }
  const opening = openDatabase(settings, terminal);
  yield await attempt("database", async () => describeDatabase(await opening));
  const database = await opening.catch(() => undefined);
  const logger = createLogger({ level: "error", format: "text", write: () => undefined });
  const capabilities = {
    ...nodeCapabilities(logger),
    lifetime: "request" as const,
    ...(database && {
      openEmbeddedDatabase: () => Promise.resolve(database),
      openPostgres: () => Promise.resolve(database),
    }),
  };
  const { dependencies = [], database: service } = compose(settings, capabilities);
  try {
    // Vectors may be kept in the database.
    if (database) await service.start();
    for (const dependency of dependencies) yield await describe(dependency);
  } finally {
    await service.stop();
    await database?.close();
  }
}

/** The URL of the server that holds the embedded database. */
async function findServer({ database, dataDirectory }: Settings): Promise<string | undefined> {
  if (database.kind !== "embedded") return undefined;
  // Opening the database will say what is wrong with the directory.
  const holder = await readHolder(dataDirectory).catch(() => undefined);
  return holder?.url;
}

async function reportedBy(url: string): Promise<readonly ServiceCheck[]> {
  let checks: readonly ServiceCheck[] = [];
  const asked = await attempt("server", async (signal) => {
    checks = await askServer(url, signal);
    return [];
  });
  return asked.isFine ? checks : [asked];
}

function describe(dependency: Dependency): Promise<ServiceCheck> {
  const untried = ["set, and cannot be tried"];
  return attempt(dependency.name, async (signal) => dependency.describe?.(signal) ?? untried);
}

async function attempt(
  name: string,
  ask: (signal: AbortSignal) => Promise<readonly string[]>,
): Promise<ServiceCheck> {
  const startedAt = performance.now();
  const signal = AbortSignal.timeout(deadlineMilliseconds);
  const taken = () => Math.round(performance.now() - startedAt);
  try {
    const found = (await within(ask(signal), deadlineMilliseconds, noAnswer)).join(", ");
    return { name, isFine: true, found, milliseconds: taken() };
  } catch (error) {
    const found = error instanceof Error ? error.message : "unknown";
    return { name, isFine: false, found, milliseconds: taken() };
  }
}

function noAnswer(): Error {
  return new Error(`no answer within ${deadlineMilliseconds / 1000} seconds`);
}
