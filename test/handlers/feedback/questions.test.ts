import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sql } from "../../../handlers/lib/sql.ts";
import type { LanguageModel, ModelPart } from "../../../handlers/ports/language-model.ts";
import { adminKey } from "../../support/clients/callers.ts";
import {
  createFeedbackClient,
  type FeedbackClient,
} from "../../support/clients/feedback-client.ts";
import { bearer, goodPassword, register, send, startGuest } from "../../support/clients/people.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const document = {
  path: "plants.md",
  content: "# Plants\n\nWater the plants on Mondays and Thursdays.\n",
};

let docent: TestApp;
let ana: string;
let client: FeedbackClient;
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: adminKey, STORE_QUESTIONS: "on" });
  client = createFeedbackClient(docent, () => ana);
  await docent.post("/api/documents", document, bearer(adminKey));
});
afterAll(() => docent.close());
afterEach(() => docent.database.query(sql`delete from users`));
beforeEach(async () => {
  ana = (await startGuest(docent)).access_token;
});

/** A model that says what it is told. */
const saying = (...parts: readonly ModelPart[]): LanguageModel => ({
  name: "saying",
  async *stream() {
    yield* parts;
    yield { type: "finished", finishReason: "stop", usage: { input_tokens: 1, output_tokens: 1 } };
  },
});

describe("GET /api/questions", () => {
  test("counts what was asked, and lists what was refused or voted down", async () => {
    await client.ask("When do I water the plants?");
    const { message_id: voted } = await client.ask("Water the plants on which days?");
    await client.vote(voted, { vote: "bad" });
    const { message_id: liked } = await client.ask("Which days are for the plants?");
    await client.vote(liked, { vote: "good" });
    await client.ask("How do I reset my password?");
    await client.ask("password reset");
    const { message_id: both } = await client.ask("How do I reset my password?");
    await client.vote(both, { vote: "bad" });
    await client.ask("Is there a submarine?");
    expect(await client.readQuestions()).toEqual({
      stored: true,
      counts: { asked: 7, refused: 4, good: 1, bad: 2 },
      questions: [
        {
          question: "How do I reset my password?",
          count: 3,
          refused: 3,
          bad: 1,
          last_asked_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          similar: ["password reset"],
        },
        expect.objectContaining({
          question: "Is there a submarine?",
          count: 1,
          refused: 1,
          bad: 0,
        }),
        expect.objectContaining({
          question: "Water the plants on which days?",
          count: 1,
          refused: 0,
          bad: 1,
          similar: [],
        }),
      ],
    });
  });

  test("looks back as many days as are asked for", async () => {
    const { message_id: old } = await client.ask("Is there a submarine?");
    const day = 24 * 60 * 60 * 1000;
    const later = await createTestApp(
      { ADMIN_API_KEY: adminKey, STORE_QUESTIONS: "on" },
      {
        database: docent.ports.database,
        clock: { now: () => Date.now() + 2 * day, monotonic: () => performance.now() },
      },
    );
    expect(old).toBeDefined();
    expect(await client.readQuestions("?days=1", later)).toMatchObject({
      questions: [],
      counts: { asked: 0 },
    });
    expect(await client.readQuestions("?days=3", later)).toMatchObject({
      questions: [{ question: "Is there a submarine?" }],
      counts: { asked: 1, refused: 1 },
    });
    for (const days of ["0", "366", "x"]) {
      expect((await client.get(`/api/questions?days=${days}`)).status).toBe(400);
    }
  });

  test("has none that is deleted, or whose account is", async () => {
    const { access_token: token } = await register(docent);
    await client.ask("Is there a submarine?", { token });
    const { conversation_id: id } = await client.ask("Is there a balloon?");
    expect((await client.readQuestions()).questions).toHaveLength(2);
    await send(docent, "DELETE", `/api/conversations/${id}`, { token: ana });
    await send(docent, "DELETE", "/api/auth/me", { token, body: { password: goodPassword } });
    expect(await client.readQuestions()).toMatchObject({
      questions: [],
      counts: { asked: 0, refused: 0 },
    });
  });

  test("has nothing of a question without a token that is not stored", async () => {
    const body = { messages: [{ role: "user", parts: [{ type: "text", text: "A submarine?" }] }] };
    const response = await docent.post("/api/chat", body);
    expect(response.status).toBe(200);
    await response.text();
    expect(await client.readQuestions()).toMatchObject({ questions: [], counts: { asked: 0 } });
  });

  test.each<[string, boolean, ModelPart[]]>([
    ["cites nothing", true, [{ type: "text-delta", text: "The documents do not say." }]],
    ["cites no passage that there is", true, [{ type: "text-delta", text: "Mondays [9]." }]],
    ["cites a passage", false, [{ type: "text-delta", text: "On Mondays [1]." }]],
  ])("counts a model's answer that %s: refused is %s", async (_, isRefused, parts) => {
    const app = await createTestApp(
      { ADMIN_API_KEY: adminKey, STORE_QUESTIONS: "on" },
      { database: docent.ports.database, languageModel: saying(...parts) },
    );
    await client.ask("When do I water the plants?", { app });
    expect((await client.readQuestions()).counts).toMatchObject({
      asked: 1,
      refused: Number(isRefused),
    });
  });

  test("counts neither a greeting nor a broken answer nor one about a selection", async () => {
    const failing: LanguageModel = {
      name: "failing",
      stream: () => {
        throw new Error("broken");
      },
    };
    await client.ask("Hello");
    const app = await createTestApp(
      {},
      { database: docent.ports.database, languageModel: failing },
    );
    await (await app.post("/api/chat", { message: "A submarine?" }, bearer(ana))).text();
    const body = { message: "A submarine?", mode: "selection", context: "Plants are green." };
    await (await docent.post("/api/chat", body, bearer(ana))).text();
    expect((await client.readQuestions()).counts).toMatchObject({ asked: 3, refused: 0 });
  });
});
