import { expect, test } from "vitest";
import { superviseDatabase } from "../../../adapters/databases/supervise.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { createRecordingLogger } from "../../support/test-app.ts";
import { openTestDatabase } from "../../support/test-database.ts";

test("a database that went away is found again although nobody asks", async () => {
  const { logger } = createRecordingLogger();
  const engine = await openTestDatabase(logger);
  let isThere = true;
  const query: typeof engine.query = (statement) => {
    if (isThere) return engine.query(statement);
    return Promise.reject(new PortFailure("unavailable", "gone", { retryable: true }));
  };
  const database = superviseDatabase(() => Promise.resolve({ ...engine, query }), logger);
  await database.start();
  expect(database.state()).toBe("ready");

  isThere = false;
  await expect(database.query({ text: "select 1", values: [] })).rejects.toThrow("gone");
  expect(database.state()).toBe("down");
  isThere = true;
  await expect.poll(() => database.state(), { timeout: 5000 }).toBe("ready");
  await database.stop();
});
