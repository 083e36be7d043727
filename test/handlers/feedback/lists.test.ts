import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sql } from "../../../handlers/lib/sql.ts";
import { adminKey } from "../../support/clients/callers.ts";
import {
  createFeedbackClient,
  type FeedbackClient,
} from "../../support/clients/feedback-client.ts";
import { startGuest } from "../../support/clients/people.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
let ana: string;
let client: FeedbackClient;
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: adminKey, STORE_QUESTIONS: "on" });
  client = createFeedbackClient(docent, () => ana);
});
afterAll(() => docent.close());
afterEach(() => docent.database.query(sql`delete from users`));
beforeEach(async () => {
  ana = (await startGuest(docent)).access_token;
});

/** The questions of every page, one behind the other. */
async function all(limit: number): Promise<string[]> {
  const questions: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page = await client.readFeedback(`?limit=${limit}${cursor && `&cursor=${cursor}`}`);
    questions.push(...page.feedback.map(({ question }: { question: string }) => question));
    cursor = page.next_cursor;
  }
  return questions;
}

describe("GET /api/feedback", () => {
  test("comes in pages, the newest first, also for votes of the same moment", async () => {
    for (const [index, message] of ["One?", "Two?", "Three?", "Four?", "Five?"].entries()) {
      const { message_id: answer } = await client.ask(message);
      await client.vote(answer, { vote: index % 2 === 0 ? "good" : "bad" });
    }
    for (const limit of [1, 2, 5]) {
      expect(await all(limit)).toEqual(["Five?", "Four?", "Three?", "Two?", "One?"]);
    }
    await docent.database.query(sql`update feedback set created_at = now()`);
    expect(new Set(await all(2)).size).toBe(5);
    expect((await client.get("/api/feedback?cursor=x")).status).toBe(400);
    expect((await client.get("/api/feedback?format=xml")).status).toBe(400);
  });

  test("a vote that is changed is the newest", async () => {
    const { message_id: first } = await client.ask("One?");
    await client.vote(first, { vote: "good" });
    const { message_id: second } = await client.ask("Two?");
    await client.vote(second, { vote: "good" });
    await client.vote(first, { vote: "bad" });
    expect((await client.readFeedback()).feedback).toMatchObject([
      { message_id: first, vote: "bad" },
      { message_id: second, vote: "good" },
    ]);
  });
});

describe("as CSV", () => {
  test("all votes are one download, however many pages they are", async () => {
    const { message_id: answer, conversation_id: id } = await client.ask("One?");
    await client.vote(answer, { vote: "good", note: '=cmd("x"), or\r\n"more" ü' });
    await docent.database.query(sql`
      with more as (
        insert into messages (id, conversation_id, role, content, status)
        select gen_random_uuid(), ${id}::uuid, 'assistant', 'x', 'complete' from generate_series(1, 250)
        returning id
      )
      insert into feedback (message_id, vote, created_at) select id, 'bad', '2020-01-01' from more`);
    const response = await client.get("/api/feedback?format=csv&limit=1");
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect(response.headers.get("content-disposition")).toMatch(
      /^attachment; filename="feedback\.csv"/,
    );
    const text = await response.text();
    const [header, first] = text.split("\r\n");
    expect(header).toBe("message_id,vote,note,question,answer,created_at");
    expect(first).toBe(`${answer},good,"'=cmd(""x""), or`);
    expect(text).toContain(`\r\n""more"" ü",One?,`);
    expect(text.split(",bad,,").length - 1).toBe(250);
    expect(text.endsWith("\r\n")).toBe(true);
  });

  test("questions that begin like a formula are text", async () => {
    for (const message of ["=1+1 submarines?", "+balloon?", "@tractor?"]) await client.ask(message);
    const text = await (await client.get("/api/questions?format=csv")).text();
    expect(text.split("\r\n")[0]).toBe("question,count,refused,bad,last_asked_at,similar");
    expect(text).toContain("'=1+1 submarines?");
    expect(text).not.toMatch(/(?:^|,|")[=+@]/m);
  });

  test("nothing at all is the header alone", async () => {
    expect(await (await client.get("/api/feedback?format=csv")).text()).toBe(
      "message_id,vote,note,question,answer,created_at\r\n",
    );
    expect(await (await client.get("/api/questions?format=csv")).text()).toBe(
      "question,count,refused,bad,last_asked_at,similar\r\n",
    );
  });
});
