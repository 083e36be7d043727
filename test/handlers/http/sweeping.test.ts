import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createSweeper } from "../../../handlers/lib/sweeper.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import {
  countRows,
  createRecordingLogger,
  createTestApp,
  type TestApp,
} from "../../support/apps/test-app.ts";

describe("a pass", () => {
  let docent: TestApp;
  beforeAll(async () => {
    docent = await createTestApp();
  });
  afterAll(() => docent.close());

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

  test("says in the log how much it removed, and not of whom", async () => {
    const { user } = await (await docent.post("/api/auth/guest", {})).json();
    const text = "update sessions set expires_at = now()";
    await docent.database.query({ text, values: [] });
    await docent.app.sweep();
    const line = docent.log.findLast(({ message }) => message === "swept");
    expect(line?.fields["sessions"]).toBeGreaterThan(0);
    expect(JSON.stringify(docent.log)).not.toContain(user.id);
  });

  test("removes confirmations that expired a day ago, and no younger ones", async () => {
    const { user } = await (await docent.post("/api/auth/guest", {})).json();
    await docent.database.query({
      text: `with conversation as (
          insert into conversations (id, owner_id, title) values (gen_random_uuid(), $1::uuid, 'x') returning id
        )
        insert into confirmations (id, user_id, conversation_id, tool, arguments, summary, expires_at)
        select gen_random_uuid(), $1::uuid, id, 'delete_task', '{}', 'x', now() - hours * interval '1 hour'
        from conversation, unnest(array[0, 23, 25]) as hours`,
      values: [user.id],
    });
    expect((await docent.app.sweep())["confirmations"]).toBe(1);
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

  test("what one pass leaves behind is removed a minute later, and so on", async () => {
    vi.useFakeTimers();
    let rows = 45;
    const { logger } = createRecordingLogger();
    const sweeper = createSweeper(
      { sweep: () => Promise.resolve(rows > 0 ? (rows -= 1) && 1 : 0) },
      logger,
    );
    sweeper.start();
    await vi.advanceTimersByTimeAsync(61_000);
    expect(rows).toBe(25);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(rows).toBe(5);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(rows).toBe(0);
    await sweeper.stop();
  });

  test("the same where no timer runs between requests", async () => {
    let rows = 45;
    const { logger } = createRecordingLogger();
    const sweeper = createSweeper(
      { sweep: () => Promise.resolve(rows > 0 ? (rows -= 1) && 1 : 0) },
      logger,
    );
    await sweeper.runIfDue(0);
    await sweeper.runIfDue(60_000);
    expect(rows).toBe(25);
    await sweeper.runIfDue(100_000);
    expect(rows).toBe(25);
    await sweeper.runIfDue(120_000);
    expect(rows).toBe(5);
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
