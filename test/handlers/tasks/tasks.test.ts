import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sql } from "../../../handlers/lib/sql.ts";
import { signIn } from "../../support/clients/signed-in.ts";
import {
  createTaskClient,
  problemOf,
  type TaskAnswer,
  type TaskClient,
} from "../../support/clients/task-client.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const unknownId = "01900000-0000-7000-8000-000000000000";

let docent: TestApp;
let ana: TaskClient;
beforeAll(async () => {
  docent = await createTestApp();
});
afterAll(() => docent.close());
beforeEach(async () => {
  ana = await createTaskClient(docent);
});

const tagOf = ({ updated_at }: TaskAnswer) => `"${updated_at}"`;

describe("one task", () => {
  test("is added, read, replaced, changed, completed and deleted", async () => {
    const added = await ana.send("POST", "/api/tasks", {
      title: "  Buy\n milk ",
      description: null,
    });
    expect(added.status).toBe(201);
    const task = await added.json();
    const path = `/api/tasks/${task.id}`;
    expect(task).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      title: "Buy milk",
      description: "",
      completed: false,
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
      updated_at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(added.headers.get("location")).toBe(path);
    expect(added.headers.get("etag")).toBe(`"${task.updated_at}"`);
    expect(await (await ana.send("GET", path)).json()).toEqual(task);

    const patched = await (await ana.send("PATCH", path, { description: "Two litres" })).json();
    expect(patched).toMatchObject({ title: "Buy milk", description: "Two litres" });
    expect(patched.updated_at > task.updated_at).toBe(true);
    const completed = await (await ana.send("PATCH", `${path}/complete`)).json();
    expect(completed).toMatchObject({ description: "Two litres", completed: true });
    const again = await (await ana.send("PATCH", `${path}/complete`, {})).json();
    expect(again.completed).toBe(true);
    const reopened = await ana.send("PATCH", `${path}/complete`, { completed: false });
    expect(await reopened.json()).toMatchObject({ completed: false });
    const replaced = await ana.send("PUT", path, { title: "Buy bread", completed: true });
    expect(await replaced.json()).toMatchObject({
      title: "Buy bread",
      description: "",
      completed: true,
    });

    const deleted = await ana.send("DELETE", path);
    expect(deleted.status).toBe(204);
    expect(await problemOf(await ana.send("GET", path))).toEqual({
      status: 404,
      code: "not_found",
    });
    expect((await ana.send("DELETE", path)).status).toBe(404);
  });

  test("keeps any script, whole", async () => {
    const title = "👩‍👩‍👧 יום 漢字 e\u0301".padEnd(200, "🙂");
    const cut = Array.from(title).slice(0, 200).join("");
    const description = "\u202Eline one\nline two\t'; drop table tasks; --";
    const task = await ana.add(cut, { description });
    expect(task).toMatchObject({ title: cut, description });
  });

  test.each([
    ["no title", {}],
    ["a blank title", { title: " \n\t " }],
    ["a title of nothing to see", { title: "\u200B\u200D\uFEFF" }],
    ["201 characters", { title: "🙂".repeat(201) }],
    ["a title that is no text", { title: 7 }],
    ["U+0000 in the title", { title: "a\0b" }],
    ["a control character in the title", { title: "a\u0007b" }],
    ["half a character in the title", { title: "a\uD83D" }],
    ["1001 characters of description", { title: "a", description: "é".repeat(1001) }],
    ["U+0000 in the description", { title: "a", description: "\0" }],
    ["half a character in the description", { title: "a", description: "\uDE00 b" }],
    ["completed that is a text", { title: "a", completed: "yes" }],
    ["a list", [{ title: "a" }]],
  ])("is refused with %s, and nothing is written", async (_, body) => {
    const response = await ana.send("POST", "/api/tasks", body);
    expect(await problemOf(response)).toEqual({ status: 400, code: "invalid_input" });
    expect(await ana.list()).toMatchObject({ tasks: [] });
  });

  test("takes no owner, id or time from a body", async () => {
    const other = await createTaskClient(docent);
    const fields = { owner_id: other.userId, user_id: other.userId, id: unknownId };
    const task = await ana.add("Mine", { ...fields, created_at: "2001-01-01T00:00:00Z" });
    await ana.send("PATCH", `/api/tasks/${task.id}`, { ...fields, completed: true });
    await ana.send("PUT", `/api/tasks/${task.id}`, { ...fields, title: "Still mine" });
    expect(await ana.titles()).toEqual(["Still mine"]);
    expect(task.id).not.toBe(unknownId);
    expect((await other.list()).tasks).toEqual([]);
  });

  test("an empty change and a broken body change nothing", async () => {
    const { id } = await ana.add("Same");
    expect((await ana.send("PATCH", `/api/tasks/${id}`, {})).status).toBe(400);
    expect((await ana.send("PATCH", `/api/tasks/${id}/complete`, { completed: "no" })).status).toBe(
      400,
    );
    const form = { "content-type": "text/plain" };
    const complete = `/api/tasks/${id}/complete`;
    expect((await ana.send("PATCH", complete, { completed: false }, form)).status).toBe(415);
    expect((await ana.list()).tasks).toMatchObject([{ title: "Same", completed: false }]);
  });
});

describe("a version", () => {
  test("If-Match lets a change through only to the version that was read", async () => {
    const first = await ana.add("Draft");
    const path = `/api/tasks/${first.id}`;
    const stale = { "if-match": tagOf(first) };
    const accepted = await ana.send("PATCH", path, { title: "Second" }, stale);
    const second = await accepted.json();
    expect(accepted.headers.get("etag")).toBe(tagOf(second));

    const refused = [
      ["PUT", path, { title: "Lost" }],
      ["PATCH", path, { title: "Lost" }],
      ["PATCH", `${path}/complete`, undefined],
      ["DELETE", path, undefined],
    ] as const;
    for (const [method, where, body] of refused) {
      const response = await ana.send(method, where, body, stale);
      expect(await problemOf(response)).toEqual({ status: 412, code: "precondition_failed" });
    }
    expect(await (await ana.send("GET", path)).json()).toEqual(second);

    const several = { "if-match": `"a,b" , ${tagOf(second)}, W/"x"` };
    const third = await (await ana.send("PUT", path, { title: "Third" }, several)).json();
    expect(third.title).toBe("Third");
    const weak = await ana.send(
      "PATCH",
      path,
      { title: "Lost" },
      { "if-match": `W/${tagOf(third)}` },
    );
    expect(weak.status).toBe(412);
    const any = await ana.send("PATCH", `${path}/complete`, undefined, { "if-match": "*" });
    expect(any.status).toBe(200);
    const unquoted = await ana.send("DELETE", path, undefined, { "if-match": third.updated_at });
    expect(unquoted.status).toBe(400);
    const current = { "if-match": any.headers.get("etag") ?? "" };
    expect((await ana.send("DELETE", path, undefined, current)).status).toBe(204);
    expect((await ana.send("DELETE", path, undefined, current)).status).toBe(404);
  });

  test("If-None-Match saves the body of what has not changed", async () => {
    const task = await ana.add("Same");
    const path = `/api/tasks/${task.id}`;
    const etag = `"${task.updated_at}"`;
    for (const value of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const response = await ana.send("GET", path, undefined, { "if-none-match": value });
      expect(response.status).toBe(304);
      expect(response.headers.get("etag")).toBe(etag);
      expect(await response.text()).toBe("");
    }
    await ana.send("PATCH", path, { completed: true });
    expect((await ana.send("GET", path, undefined, { "if-none-match": etag })).status).toBe(200);
  });
});

describe("a task is its owner's alone", () => {
  test("a foreign, an unknown and an impossible id answer the same, byte for byte", async () => {
    const { id } = await ana.add("Private");
    const other = await createTaskClient(docent);
    const answers = async (path: string) => {
      const attempts = [
        ana.send("GET", path, undefined, other.bearer),
        ana.send("PUT", path, { title: "Taken" }, other.bearer),
        ana.send("PATCH", path, { title: "Taken" }, other.bearer),
        ana.send("PATCH", `${path}/complete`, undefined, other.bearer),
        ana.send("DELETE", path, undefined, other.bearer),
        ana.send("DELETE", path, undefined, { ...other.bearer, "if-match": '"x"' }),
      ];
      const bodies = await Promise.all(attempts.map(async (each) => (await each).json()));
      return bodies.map((body) => JSON.stringify({ ...body, request_id: "" }));
    };
    const foreign = await answers(`/api/tasks/${id}`);
    expect(new Set(foreign).size).toBe(1);
    expect(foreign[0]).toContain('"status":404');
    expect(await answers(`/api/tasks/${unknownId}`)).toEqual(foreign);
    expect(await answers(`/api/tasks/${encodeURIComponent("' or 1=1 --")}`)).toEqual(foreign);
    expect(await ana.titles()).toEqual(["Private"]);
  });

  test("nobody without an account has tasks", async () => {
    const guest = await signIn(docent, { kind: "guest" });
    expect((await docent.fetch("/api/tasks")).status).toBe(401);
    const answer = await docent.fetch("/api/tasks", { headers: guest.headers });
    expect(await problemOf(answer)).toEqual({ status: 403, code: "account_required" });
  });

  test("the list is closed to a token as soon as its session has ended", async () => {
    await ana.add("Private");
    await docent.database.query(sql`delete from sessions where user_id = ${ana.userId}::uuid`);
    const answer = await ana.send("GET", "/api/tasks");
    expect(answer.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
    expect(await problemOf(answer)).toEqual({ status: 401, code: "invalid_token" });
  });

  test("an account is full at 10,000 tasks, and has room again after a deletion", async () => {
    await docent.database.query(sql`
      insert into tasks (id, owner_id, title, folded_title)
      select gen_random_uuid(), ${ana.userId}::uuid, 'n', 'N' from generate_series(1, 9999)`);
    const { id } = await ana.add("The last one");
    const refused = await ana.send("POST", "/api/tasks", { title: "One too many" });
    expect(await problemOf(refused)).toEqual({ status: 409, code: "task_limit" });
    await ana.send("DELETE", `/api/tasks/${id}`);
    await ana.add("There is room");
  });

  test("an account is full at 10,000 tasks also where most of the last ones are not counted one by one", async () => {
    await docent.database.query(sql`
      insert into tasks (id, owner_id, title, folded_title)
      select gen_random_uuid(), ${ana.userId}::uuid, 'n', 'N' from generate_series(1, 9950)`);
    for (let left = 50; left > 0; left -= 1) await ana.add(`${left} to go`);
    const refused = await ana.send("POST", "/api/tasks", { title: "One too many" });
    expect(await problemOf(refused)).toEqual({ status: 409, code: "task_limit" });
  });

  test("deleting the user deletes the tasks", async () => {
    await ana.add("Mine");
    await docent.database.query(sql`delete from users where id = ${ana.userId}::uuid`);
    const rows = await docent.database.query(
      sql`select from tasks where owner_id = ${ana.userId}::uuid`,
    );
    expect(rows).toEqual([]);
  });
});
