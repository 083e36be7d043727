import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { superviseDatabase, type OpenDatabase } from "../../../adapters/databases/supervise.ts";
import type { DatabaseService, DatabaseState } from "../../../handlers/ports/database.ts";
import { PortFailure, type FailureCode } from "../../../handlers/ports/failure.ts";
import { createRecordingLogger } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";

const one = { text: "select 1", values: [] };
let engine: OpenDatabase;
let failing: FailureCode | undefined;
let asked: number;
let recording: ReturnType<typeof createRecordingLogger>;
beforeEach(async () => {
  recording = createRecordingLogger();
  engine = await openTestDatabase(recording.logger);
  failing = undefined;
  asked = 0;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(async () => {
  vi.useRealTimers();
  await engine.close().catch(() => undefined);
});

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
/** Waits until the database is in this state, while time passes. */
async function reach(database: DatabaseService, state: DatabaseState): Promise<void> {
  await expect
    .poll(async () => {
      await pass(100);
      return database.state();
    })
    .toBe(state);
}

const fail = (code: FailureCode) =>
  Promise.reject(new PortFailure(code, `${code} it is`, { retryable: true }));
const query: OpenDatabase["query"] = (statement) => {
  asked += 1;
  return failing === undefined ? engine.query(statement) : fail(failing);
};
const open = () => Promise.resolve({ ...engine, query });
const complaints = () =>
  recording.lines.filter(({ message }) => message === "database not available");

test("a database that went away is found again although nobody asks, and each is said once", async () => {
  const database = superviseDatabase(open, recording.logger);
  await database.start();
  expect(database.state()).toBe("ready");

  failing = "unavailable";
  await expect(database.query(one)).rejects.toThrow("unavailable it is");
  expect(database.state()).toBe("down");
  await pass(2000);
  expect(asked).toBeGreaterThanOrEqual(3);
  expect(complaints()).toMatchObject([{ fields: { reason: "unavailable it is" } }]);
  failing = undefined;
  await reach(database, "ready");
  expect(recording.lines.at(-1)).toMatchObject({ message: "database available again" });

  // Well again, it is left in peace.
  const before = asked;
  await pass(60_000);
  expect(asked).toBe(before);
  await database.stop();
});

test("one that goes away again before it was found by itself is said again", async () => {
  const database = superviseDatabase(open, recording.logger);
  await database.start();
  for (const round of [1, 2]) {
    failing = "unavailable";
    await expect(database.query(one)).rejects.toThrow("unavailable it is");
    await pass(0);
    expect(complaints()).toHaveLength(round);
    failing = undefined;
    await database.query(one);
    expect(database.state()).toBe("ready");
  }
  await database.stop();
});

test("a database that is away for long is asked every two or three seconds, so that it is soon found again", async () => {
  const database = superviseDatabase(open, recording.logger);
  await database.start();
  failing = "unavailable";
  await expect(database.query(one)).rejects.toThrow("unavailable it is");
  // The circuit opens after five failures; waits that double would take minutes until the twelfth.
  await pass(60_000);
  expect(asked).toBeGreaterThanOrEqual(20);
  expect(asked).toBeLessThanOrEqual(32);
  failing = undefined;
  await reach(database, "ready");
  await database.stop();
});

test("a caller's mistake and a slow statement do not make it go away", async () => {
  const database = superviseDatabase(open, recording.logger);
  await database.start();
  for (const code of ["conflict", "invalid", "timeout"] as const) {
    failing = code;
    await expect(database.query(one)).rejects.toMatchObject({ code });
    expect(database.state()).toBe("ready");
  }
  failing = undefined;
  await database.query(one);
  expect(database.dependency.circuit.report()).toMatchObject({ failureCount: 0 });
  expect(complaints()).toEqual([]);
  await database.stop();
});

test("one that cannot be opened is tried again and again, and queries fail at once", async () => {
  let isThere = false;
  const database = superviseDatabase(() => (isThere ? open() : fail("invalid")), recording.logger);
  const started = database.start();
  await reach(database, "down");
  const refused = expect(database.query(one)).rejects.toMatchObject({
    code: "unavailable",
    retryable: true,
  });
  await pass(0);
  await refused;
  expect(database.dependency.circuit.latest()).toMatchObject({ isSuccess: false });
  isThere = true;
  await pass(10_000);
  await started;
  expect(database.state()).toBe("ready");
  expect(complaints()).toHaveLength(1);
  await database.stop();
});

test("while the circuit is open, that it is open is not said over and over", async () => {
  const database = superviseDatabase(open, recording.logger, { recovery: "on-demand" });
  failing = "unavailable";
  for (let count = 0; count < 10; count += 1)
    await expect(database.query(one)).rejects.toMatchObject({ code: "unavailable" });
  expect(asked).toBe(5);
  expect(database.dependency.circuit.report()).toMatchObject({ state: "open", failureCount: 5 });
  expect(complaints()).toHaveLength(1);
  await database.stop();
});

test("where nothing runs between requests, a request finds it again, and nothing else asks", async () => {
  const database = superviseDatabase(open, recording.logger, { recovery: "on-demand" });
  await database.query(one);
  failing = "unavailable";
  await expect(database.query(one)).rejects.toThrow("unavailable it is");
  expect(database.state()).toBe("down");
  const before = asked;
  failing = undefined;
  await pass(60_000);
  expect(asked).toBe(before);
  await database.query(one);
  expect(database.state()).toBe("ready");
  await database.stop();
});
