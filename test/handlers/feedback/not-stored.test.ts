import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sql } from "../../../handlers/lib/sql.ts";
import { adminKey } from "../../support/clients/callers.ts";
import {
  createFeedbackClient,
  type FeedbackClient,
} from "../../support/clients/feedback-client.ts";
import { send, startGuest } from "../../support/clients/people.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
/** The same database, where STORE_QUESTIONS is off. */
let off: TestApp;
let ana: string;
let client: FeedbackClient;
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: adminKey, STORE_QUESTIONS: "on" });
  off = await createTestApp({ ADMIN_API_KEY: adminKey }, { database: docent.ports.database });
  client = createFeedbackClient(docent, () => ana);
});
afterAll(() => docent.close());
afterEach(() => docent.database.query(sql`delete from users`));
beforeEach(async () => {
  ana = (await startGuest(docent)).access_token;
});

describe("while STORE_QUESTIONS is off", () => {
  test("there are counts and votes, and no text", async () => {
    const { message_id: answer } = await client.ask("A secret submarine?", { app: off });
    await client.vote(answer, { vote: "bad", note: "a secret note" }, { app: off });
    expect(await client.readQuestions("", off)).toEqual({
      stored: false,
      questions: [],
      counts: { asked: 1, refused: 1, good: 0, bad: 1 },
    });
    expect(await client.readFeedback("", off)).toEqual({
      feedback: [
        {
          message_id: answer,
          vote: "bad",
          note: null,
          question: null,
          answer: null,
          created_at: expect.any(String),
        },
      ],
      next_cursor: null,
    });
    for (const path of ["/api/feedback", "/api/questions"]) {
      expect(await (await client.get(`${path}?format=csv`, off)).text()).not.toContain("secret");
    }
  });

  test("nothing is asked that turning it on would show", async () => {
    const { message_id: answer } = await client.ask("A secret submarine?", { app: off });
    await client.vote(answer, { vote: "bad", note: "a secret note" }, { app: off });
    expect(await client.readQuestions()).toMatchObject({ questions: [], counts: { refused: 1 } });
    expect(await client.readFeedback()).toMatchObject({
      feedback: [{ vote: "bad", note: null, question: null, answer: null }],
    });
    // The conversation of its owner is as it always was.
    const { messages } = await (
      await send(docent, "GET", `/api/conversations/${await idOf(answer)}`, { token: ana })
    ).json();
    expect(messages[0].content).toBe("A secret submarine?");
  });

  test("nothing can be read that was stored before, and notes are deleted", async () => {
    const { message_id: answer } = await client.ask("A submarine?");
    await client.vote(answer, { vote: "bad", note: "deep" });
    expect(await client.readFeedback()).toMatchObject({
      feedback: [{ note: "deep", question: "A submarine?", answer: expect.stringMatching(/./) }],
    });
    expect(await client.readFeedback("", off)).toMatchObject({
      feedback: [{ vote: "bad", note: null, question: null, answer: null }],
    });
    expect(await client.readQuestions("", off)).toMatchObject({ questions: [] });
    expect(await docent.app.sweep()).not.toHaveProperty("notes");
    expect(await off.app.sweep()).toMatchObject({ notes: 1 });
    expect(await client.readFeedback()).toMatchObject({ feedback: [{ vote: "bad", note: null }] });
  });
});

async function idOf(messageId: string): Promise<string> {
  const [row] = await docent.database.query<{ id: string }>(
    sql`select conversation_id as id from messages where id = ${messageId}::uuid`,
  );
  return row?.id ?? "";
}
