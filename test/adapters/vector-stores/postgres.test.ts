import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readVectorSupport } from "../../../adapters/databases/describe.ts";
import { migrate } from "../../../adapters/databases/migrate.ts";
import { createPostgresDatabase } from "../../../adapters/databases/postgres/database.ts";
import type { OpenDatabase } from "../../../adapters/databases/supervise.ts";
import { sections } from "../../support/apps/documents.ts";
import {
  startEmbedderStandIn,
  type EmbedderStandIn,
} from "../../support/stand-ins/embedder-stand-in.ts";
import {
  postgresBinaries,
  startPostgres,
  type PostgresServer,
} from "../../support/servers/postgres-server.ts";
import { createRecordingLogger } from "../../support/apps/test-app.ts";
import { openWithVectors, testEmbedder } from "../../support/apps/vectors.ts";

const manual = [
  sections("leave.md", { Leave: "Everybody has thirty days of vacation a year." }),
  sections("menu.md", { Menu: "The canteen serves soup and bread at noon." }),
];

if (postgresBinaries === undefined) {
  test.skip("vectors in PostgreSQL (skipped: no PostgreSQL server binaries found)");
} else {
  describe("vectors in a PostgreSQL of one's own", () => {
    let server: PostgresServer;
    let database: OpenDatabase;
    let standIn: EmbedderStandIn;
    let documents: ReturnType<typeof openWithVectors>;
    beforeAll(async () => {
      server = await startPostgres();
      standIn = await startEmbedderStandIn();
      database = createPostgresDatabase({ url: server.url });
      await migrate(database, createRecordingLogger());
      documents = openWithVectors(database, testEmbedder(standIn.url), { index: "hnsw" });
      await documents.ingest("manual", manual);
    });
    afterAll(async () => {
      await documents.vectors.stop();
      await standIn.close();
      await database.close();
      await server.stop();
    });

    const best = async (query: string) =>
      (await documents.search(query, { limit: 1 })).passages[0]?.path;

    test("are there where the extension is; without it words answer, and it says so", async () => {
      expect(await best("soup")).toBe("menu.md");
      const { kind } = await readVectorSupport(database);
      if (kind === "missing") {
        expect(documents.vectors.statusOverride()).toBe("lexical_only");
        const told = documents.log.find(({ message }) => message === "passages not embedded yet");
        expect(told?.fields["reason"]).toContain("no extension `vector`");
      } else {
        expect(documents.vectors.statusOverride()).toBe("healthy");
        expect(await best("Urlaub")).toBe("leave.md");
      }
    });
  });
}

test("an HNSW index of pgvector serves as looking at every vector does", async () => {
  const { openTestDatabase } = await import("../../support/apps/test-database.ts");
  const database = await openTestDatabase(createRecordingLogger().logger);
  const standIn = await startEmbedderStandIn();
  const documents = openWithVectors(database, testEmbedder(standIn.url), { index: "hnsw" });
  await documents.ingest("manual", manual);
  const indexes = await database.query<{ name: string }>({
    text: "select indexname::text as name from pg_indexes where indexdef like '%hnsw%'",
    values: [],
  });
  expect(indexes).toHaveLength(1);
  expect((await documents.search("Urlaub", { limit: 1 })).passages[0]?.path).toBe("leave.md");
  await documents.vectors.stop();
  await standIn.close();
  await database.close();
});
