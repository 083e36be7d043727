import { expect, test } from "vitest";
import { superviseDatabase } from "../../../adapters/databases/supervise.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { createRecordingLogger, createTestApp } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";

const turnedDown = () =>
  Promise.reject(new PortFailure("unauthorized", "turned down", { retryable: false }));

test("as the database's password was changed: 503 with Retry-After, for it is to be mended", async () => {
  const { logger } = createRecordingLogger();
  const engine = await openTestDatabase(logger);
  const database = superviseDatabase(
    () => Promise.resolve({ ...engine, query: turnedDown }),
    logger,
  );
  const refused = await createTestApp({}, { database });
  const response = await refused.post("/api/chat", { message: "Hello" });
  expect(response.status).toBe(503);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await response.json()).toMatchObject({ code: "unavailable" });
  await refused.close();
});
