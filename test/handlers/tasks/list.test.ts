import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sql } from "../../../handlers/lib/sql.ts";
import { createTaskClient, type TaskClient } from "../../support/clients/task-client.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
let ana: TaskClient;
beforeAll(async () => {
  docent = await createTestApp();
});
afterAll(() => docent.close());
beforeEach(async () => {
  ana = await createTaskClient(docent);
});

/** Every page of a list, one behind the other. */
async function pages(query: string): Promise<string[]> {
  const all: string[] = [];
  let cursor: string | null = "";
  do {
    const page = await ana.list(`?${query}${cursor && `&cursor=${cursor}`}`);
    all.push(...page.tasks.map(({ title }) => title));
    cursor = page.next_cursor;
  } while (cursor !== null);
  return all;
}

const found = (q: string) => ana.titles(`?q=${encodeURIComponent(q)}`);

const placeAt = (time: number) =>
  btoa(`["-created_at",${time},"01900000-0000-7000-8000-000000000000"]`);

describe("the list", () => {
  test("is newest first, and filtered by status", async () => {
    const { id } = await ana.add("One");
    await ana.add("Two");
    await ana.add("Three", { completed: true });
    expect(await ana.titles()).toEqual(["Three", "Two", "One"]);
    await ana.send("PATCH", `/api/tasks/${id}/complete`);
    expect(await ana.titles("?status=pending")).toEqual(["Two"]);
    expect(await ana.titles("?status=completed")).toEqual(["Three", "One"]);
    expect(await ana.titles("?status=all&sort=-updated_at")).toEqual(["One", "Three", "Two"]);
  });

  test.each([
    ["created_at", ["b", "Ä", "a", "É", "B"]],
    ["-created_at", ["B", "É", "a", "Ä", "b"]],
    ["updated_at", ["b", "Ä", "a", "É", "B"]],
    ["title", ["a", "b", "B", "Ä", "É"]],
    ["-title", ["É", "Ä", "B", "b", "a"]],
  ])("pages by %s neither skip nor repeat", async (sort, expected) => {
    for (const title of ["b", "Ä", "a", "É", "B"]) {
      await ana.add(title);
      // Times in milliseconds are the sort key of updated_at.
      await docent.database.query(sql`select pg_sleep(0.002)`);
    }
    for (const limit of [1, 2, 5, 100]) {
      expect(await pages(`sort=${sort}&limit=${limit}`)).toEqual(expected);
    }
  });

  test("a page goes on where it ended when tasks come and go meanwhile", async () => {
    for (const title of ["1", "2", "3", "4"]) await ana.add(title);
    const first = await ana.list("?limit=2");
    expect(first.tasks.map(({ title }) => title)).toEqual(["4", "3"]);
    await ana.send("DELETE", `/api/tasks/${first.tasks[1]?.id}`);
    await ana.add("5");
    expect(await ana.titles(`?limit=2&cursor=${first.next_cursor}`)).toEqual(["2", "1"]);
  });

  test("search takes every character literally, in any case and script", async () => {
    const all = [
      "100% sure",
      "snake_case",
      "back\\slash",
      "it's; --",
      "STRASSE 7",
      "Ärger",
      "漢字",
    ];
    for (const title of all) await ana.add(title);
    await ana.add("Milk", { description: "from the Über-market" });
    expect(await found("%")).toEqual(["100% sure"]);
    expect(await found("_")).toEqual(["snake_case"]);
    expect(await found("\\")).toEqual(["back\\slash"]);
    expect(await found("' or 1=1 --")).toEqual([]);
    expect(await found("it's; --")).toEqual(["it's; --"]);
    expect(await found("straße")).toEqual(["STRASSE 7"]);
    expect(await found("ärg")).toEqual(["Ärger"]);
    expect(await found("über-M")).toEqual(["Milk"]);
    expect(await found("字")).toEqual(["漢字"]);
    expect(await found("  ")).toHaveLength(8);
  });

  test.each(["", "x", "🙂", "!!", "null", "[]", '["-created_at",1]', '["title","a","x"]'])(
    "a cursor that is none is refused: %j",
    async (text) => {
      for (const cursor of [text, btoa(unescape(encodeURIComponent(text)))]) {
        const answer = await ana.list(`?cursor=${encodeURIComponent(cursor)}`);
        expect(answer).toMatchObject({ status: 400, code: "invalid_cursor" });
      }
    },
  );

  test.each([
    `["title","\\ud83d","01900000-0000-7000-8000-000000000000"]`,
    `["title","\\u0000","01900000-0000-7000-8000-000000000000"]`,
    `["title",1,"01900000-0000-7000-8000-000000000000"]`,
  ])("a forged cursor is refused: %s", async (text) => {
    const answer = await ana.list(`?sort=title&cursor=${btoa(text)}`);
    expect(answer).toMatchObject({ status: 400, code: "invalid_cursor" });
  });

  test("a forged cursor of an impossible time only leads nowhere", async () => {
    await ana.add("Now");
    expect(await ana.titles(`?cursor=${placeAt(Number.MIN_SAFE_INTEGER)}`)).toEqual([]);
    expect(await ana.titles(`?cursor=${placeAt(Number.MAX_SAFE_INTEGER)}`)).toEqual(["Now"]);
  });

  test("a cursor is good for the order it was made in only", async () => {
    for (const title of ["a", "b"]) await ana.add(title);
    const { next_cursor } = await ana.list("?sort=title&limit=1");
    expect(await ana.titles(`?sort=title&cursor=${next_cursor}`)).toEqual(["b"]);
    for (const sort of ["-title", "created_at", "-created_at"]) {
      const answer = await ana.list(`?sort=${sort}&cursor=${next_cursor}`);
      expect(answer).toMatchObject({ status: 400, code: "invalid_cursor" });
    }
  });

  test.each([
    "status=done",
    "sort=owner_id",
    "sort=title;drop",
    "limit=0",
    "limit=101",
    "limit=1e2",
    `q=${"x".repeat(201)}`,
  ])("an odd query is refused: %s", async (query) => {
    expect(await ana.list(`?${query}`)).toMatchObject({ status: 400, code: "invalid_input" });
  });
});
