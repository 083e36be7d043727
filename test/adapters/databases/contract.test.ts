import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { createPgliteDatabase } from "../../../adapters/databases/pglite/database.ts";
import { openEngine } from "../../../adapters/databases/pglite/engine.ts";
import { ensureDirectory } from "../../../adapters/databases/pglite/prepare.ts";
import { describeDatabase } from "../../contracts/database.ts";
import { createMemoryLogger } from "../../support/apps/logger.ts";
import { neonConfig } from "@neondatabase/serverless";
import { createNeonDatabase } from "../../../adapters/databases/neon/database.ts";
import { createPostgresDatabase } from "../../../adapters/databases/postgres/database.ts";
import { startNeonStandIn, type NeonStandIn } from "../../support/stand-ins/neon-stand-in.ts";
import {
  postgresBinaries,
  startPostgres,
  type PostgresServer,
} from "../../support/servers/postgres-server.ts";
import { built } from "../../support/servers/built.ts";

const directories: string[] = [];
async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "docent-contract-"));
  directories.push(directory);
  return directory;
}
afterAll(() => Promise.all(directories.map((path) => rm(path, { recursive: true, force: true }))));

describeDatabase("PGlite on the caller's thread", async () => {
  const directory = join(await newDirectory(), "database");
  await ensureDirectory(directory, built("database"));
  return openEngine({ directory });
});

describeDatabase("PGlite on its own thread", async () => {
  const database = createPgliteDatabase({
    directory: await newDirectory(),
    preparedDirectory: built("database"),
    logger: createMemoryLogger(),
  });
  await database.open();
  return database;
});

if (postgresBinaries === undefined) {
  test.skip("database contract: PostgreSQL (skipped: no PostgreSQL server binaries found)");
} else {
  describe("with a PostgreSQL server", () => {
    let server: PostgresServer;
    let neon: NeonStandIn;
    let count = 0;
    beforeAll(async () => {
      server = await startPostgres();
      neon = await startNeonStandIn(server.url);
      neonConfig.fetchEndpoint = neon.endpoint;
    });
    afterAll(async () => {
      await neon.stop();
      await server.stop();
    });

    const createEmpty = async () => {
      const name = `contract_${(count += 1)}`;
      const root = createPostgresDatabase({ url: server.url });
      await root.query({ text: `create database ${name}`, values: [] });
      await root.close();
      return name;
    };

    describeDatabase("PostgreSQL", async () => {
      const name = await createEmpty();
      return createPostgresDatabase({ url: server.url.replace(/postgres$/, name) });
    });

    describeDatabase("Neon's driver, in front of a PostgreSQL", async () => {
      const name = await createEmpty();
      return createNeonDatabase({ url: `postgresql://docent:right@ep-test.eu.neon.tech/${name}` });
    });
  });
}
