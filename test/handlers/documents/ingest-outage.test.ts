import { expect, test } from "vitest";
import { superviseDatabase } from "../../../adapters/databases/supervise.ts";
import type { Database } from "../../../handlers/ports/database.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { toSourceDocument } from "../../support/apps/parse.ts";
import { createRecordingLogger, createTestApp } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";

const fail = () => Promise.reject(new PortFailure("unavailable", "gone", { retryable: true }));

async function* read() {
  const content = "# Boats\n\nBoats float on water because they push water aside.";
  yield toSourceDocument({ path: "boats.md", content, mediaType: "text/markdown" });
}

test("a database that goes away while the start's documents are read: they are read when it is back", async () => {
  const { logger } = createRecordingLogger();
  const engine = await openTestDatabase(logger);
  let isAway = true;
  const query: Database["query"] = (statement) =>
    isAway && statement.text.includes("documents") ? fail() : engine.query(statement);
  const batch: Database["batch"] = (statements) => (isAway ? fail() : engine.batch(statements));
  const open = () => Promise.resolve({ ...engine, query, batch });
  const docent = await createTestApp(
    {},
    {
      database: superviseDatabase(open, logger),
      documents: { bundled: undefined, configured: { name: "test", source: { read } } },
    },
  );
  const documents = async () => (await (await docent.fetch("/api/health")).json()).documents;
  expect(await documents()).toMatchObject({ state: "failed" });
  isAway = false;
  await expect.poll(documents).toMatchObject({ state: "ready", done: 1 });
  const found = await docent.fetch("/api/search?q=boats");
  expect((await found.json()).passages).toHaveLength(1);
  await docent.close();
});
