import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createSweeper } from "../../handlers/sweeper.ts";
import { PortFailure } from "../../handlers/ports/failure.ts";
import {
  countRows,
  createRecordingLogger,
  createTestApp,
  type TestApp,
} from "../support/test-app.ts";

const day = 86_400_000;

describe("a pass", () => {
  const start = Date.now();
  let now = start;
  let docent: TestApp;
  beforeAll(async () => {
    docent = await createTestApp(
      { GUEST_RETENTION_DAYS: "20", REFRESH_TOKEN_DAYS: "10" },
      { clock: { now: () => now } },
    );
  });
  afterEach(() => {
    now = start;
  });
  afterAll(() => docent.close());

  const ask = async (headers: Record<string, string> = {}) => {
    const response = await docent.post(
      "/api/chat",
      { message: "Hello" },
      { accept: "application/json", ...headers },
    );
    return response.json();
  };

  test("removes idle guests with all that is theirs, and leaves active ones alone", async () => {
    const before = await countRows(docent.database);
    await ask();
    await ask();
    const active = await ask();
    const idle = "update sessions set rotated_at = now() - interval '15 days'";
    await docent.database.query({ text: idle, values: [] });
    now = start + 15 * day;
    expect((await docent.app.sweep())["guests"]).toBe(0);
    // A message is a sign of life, though the token was not refreshed.
    const { conversation_id: id } = active;
    const text =
      "update conversations set updated_at = now() + interval '15 days' where id = $1::uuid";
    await docent.database.query({ text, values: [id] });
    now = start + 21 * day;
    expect((await docent.app.sweep())["guests"]).toBe(2);
    const after = await countRows(docent.database);
    expect(after).toMatchObject({ users: 1, conversations: 1, messages: 2 });
    now = start + 40 * day;
    expect((await docent.app.sweep())["guests"]).toBe(1);
    expect(await countRows(docent.database)).toEqual({
      ...before,
      request_counts: after["request_counts"],
    });
  });

  test("removes sessions whose refresh tokens are dead", async () => {
    await docent.post("/api/auth/guest", {});
    now = start + 9 * day;
    expect((await docent.app.sweep())["sessions"]).toBe(0);
    now = start + 11 * day;
    expect((await docent.app.sweep())["sessions"]).toBe(1);
  });

  test("removes counts that no window reaches any more, however many", async () => {
    await docent.database.query({ text: "delete from request_counts", values: [] });
    await docent.post("/api/auth/guest", {});
    expect((await docent.app.sweep())["limits"]).toBe(0);
    await docent.database.query({
      text: `insert into request_counts select sha256(n::text::bytea), '{}', true, now() - interval '1 second'
        from generate_series(1, 1200) as n`,
      values: [],
    });
    expect((await docent.app.sweep())["limits"]).toBe(1200);
    expect((await countRows(docent.database))["request_counts"]).toBe(1);
  });

  test("says in the log what it removed, and whose it was not", async () => {
    const { user } = await (await docent.post("/api/auth/guest", {})).json();
    now = start + 60 * day;
    await docent.app.sweep();
    const line = docent.log.findLast(({ message }) => message === "swept");
    expect(line?.fields).toMatchObject({ guests: expect.any(Number) });
    expect(JSON.stringify(docent.log)).not.toContain(user.id);
  });
});

const failing = () => Promise.reject(new PortFailure("unavailable", "gone", { retryable: true }));

describe("in the background", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("the first pass comes after a minute, others only when there was something to do", async () => {
    vi.useFakeTimers();
    let passes = 0;
    const { logger } = createRecordingLogger();
    const sweep = () => {
      passes += 1;
      return Promise.resolve(0);
    };
    const sweeper = createSweeper({ sweep }, logger);
    sweeper.start();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(passes).toBe(0);
    await vi.advanceTimersByTimeAsync(2000);
    expect(passes).toBe(1);
    await vi.advanceTimersByTimeAsync(10 * 3_600_000);
    expect(passes).toBe(1);
    sweeper.noteUse();
    await vi.advanceTimersByTimeAsync(10 * 3_600_000);
    expect(passes).toBe(2);
    sweeper.noteUse();
    await sweeper.stop();
    await vi.advanceTimersByTimeAsync(10 * 3_600_000);
    expect(passes).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("one sweep's failure does not keep the others from theirs", async () => {
    const { logger, lines } = createRecordingLogger();
    const left = [1, 2];
    const sweeper = createSweeper(
      { failing, working: () => Promise.resolve(left.pop() ?? 0) },
      logger,
    );
    expect(await sweeper.sweep()).toEqual({ failing: 0, working: 3 });
    expect(lines.find(({ level }) => level === "warn")?.fields["what"]).toBe("failing");
  });
});
