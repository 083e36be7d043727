import { afterEach, expect, test, vi } from "vitest";
import { createCheckpoints } from "../../../handlers/chat/answers/checkpoints.ts";
import { loggedText } from "../../../handlers/chat/turns/kept-parts.ts";
import { unknownVersion } from "../../../handlers/documents/search/copy/store-version.ts";
import { createChatStore } from "../../../handlers/chat/turns/store.ts";
import { uuidV7 } from "../../../handlers/lib/ids.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { createUsageStore } from "../../../handlers/usage/store.ts";
import { createTestApp } from "../../support/apps/test-app.ts";

afterEach(() => {
  vi.useRealTimers();
});

const noBudgets = { each: undefined, total: undefined };

function growing(id: string, content: string) {
  const log = { until: 2, parts: JSON.stringify([{ type: "started" }, content]) };
  return { id, sources: "[]", toolCalls: "", log };
}

test("several growing answers are saved by one statement, each with its own text; ended ones stay", async () => {
  const docent = await createTestApp();
  const { database } = docent;
  const texts = ['a "quoted" \\ word', "NULL", "", "{a,b}", "line\nbreak, 你好 🙂"];
  const ids = texts.map(() => uuidV7(Date.now()));
  const ended = uuidV7(Date.now());
  await database.query(sql`
    with owner as (
      insert into users (id, kind) values (gen_random_uuid(), 'guest') returning id
    ), conversation as (
      insert into conversations (id, owner_id, title) select gen_random_uuid(), id, 'x' from owner returning id
    )
    insert into messages (id, conversation_id, role, content, status)
    select message, id, 'assistant', 'before',
      case when message = ${ended}::uuid then 'complete' else 'streaming' end
    from conversation, unnest(${[...ids, ended]}::uuid[]) as message`);
  const usage = createUsageStore(database, noBudgets);
  const store = createChatStore(database, {
    usage,
    libraryVersion: () => unknownVersion,
    storeQuestions: "off",
  });
  const rows = ids.map((id, index) => growing(id, texts[index] ?? ""));
  const goingOn = await store.saveGrowing([...rows, growing(ended, "too late")]);
  expect(goingOn.toSorted()).toEqual(ids.toSorted());
  // Nothing has changed since.
  const nothing = { sources: "", toolCalls: "", log: { until: 0, parts: "" } };
  await store.saveGrowing(ids.map((id) => ({ id, ...nothing })));
  const logged = await database.query<{ id: string; parts: string }>(
    sql`select message_id as id, parts from run_parts`,
  );
  const partsOf = new Map(logged.map(({ id, parts }) => [id, JSON.parse(parts)[1]]));
  expect(ids.map((id) => partsOf.get(id))).toEqual(texts);
  expect(logged).toHaveLength(ids.length);
  await docent.close();
});

test("answers due together go a hundred at once, and those that have ended no more", async () => {
  vi.useFakeTimers();
  const sizes: number[] = [];
  const checkpoints = createCheckpoints({
    saveGrowing: (answers) => {
      sizes.push(answers.length);
      return Promise.resolve(answers.map(({ id }) => id));
    },
  });
  const ends = Array.from({ length: 105 }, (_, index) =>
    checkpoints.watch({
      id: String(index),
      row: () => ({ sources: [], toolCalls: [] }),
      run: { partsFrom: () => [], stop: () => undefined },
    }),
  );
  await vi.advanceTimersByTimeAsync(2100);
  expect(sizes).toEqual([100, 5]);
  for (const end of ends.slice(3)) end();
  await vi.advanceTimersByTimeAsync(2000);
  expect(sizes).toEqual([100, 5, 3]);
  for (const end of ends) end();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(sizes).toHaveLength(3);
});

test("a hundred that cannot be saved keeps no other from being saved", async () => {
  vi.useFakeTimers();
  const sizes: number[] = [];
  const checkpoints = createCheckpoints({
    saveGrowing: (answers) => {
      sizes.push(answers.length);
      const isFirst = sizes.length === 1;
      return isFirst
        ? Promise.reject(new PortFailure("timeout", "too slow", { retryable: true }))
        : Promise.resolve(answers.map(({ id }) => id));
    },
  });
  const ends = Array.from({ length: 205 }, (_, index) =>
    checkpoints.watch({
      id: String(index),
      row: () => ({ sources: [], toolCalls: [] }),
      run: { partsFrom: () => ["word"], stop: () => undefined },
    }),
  );
  await vi.advanceTimersByTimeAsync(2100);
  expect(sizes).toEqual([100, 100, 5]);
  const saved = ends.map((end) => end());
  expect(saved.map((until) => until > 0)).toEqual(ends.map((_, index) => index >= 100));
});

const batch = (until: number, ...parts: unknown[]) => ({ until, parts: JSON.stringify(parts) });

test("the text of a log has what a batch repeats once", () => {
  const repeated = batch(4, "Once ", "upon ", "a ");
  const log = [batch(2, { type: "started" }, "Once "), repeated, batch(5, "time.")];
  expect(loggedText(log)).toBe("Once upon a time.");
});

test("the text of a log that ends in the middle of a character can be sent to a model", () => {
  const [half = ""] = "🙂".split("");
  expect(loggedText([batch(2, "Once ", half)])).toBe("Once \uFFFD");
});
