import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collectEvents } from "../../support/clients/events.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp();
});
afterAll(() => docent.close());

const bearer = (token: unknown) => ({ authorization: `Bearer ${String(token)}` });

async function ask(message: string): Promise<Readonly<Record<string, unknown>>> {
  const events = await collectEvents(await docent.post("/api/chat", { message }));
  return events[0]?.data ?? {};
}

async function problemsOf(responses: Promise<Response>[]): Promise<{ status: number }[]> {
  const problems = await Promise.all(responses.map(async (response) => (await response).json()));
  return problems.map((problem) => ({ ...problem, request_id: undefined }));
}

describe("a conversation is its owner's alone", () => {
  test("a foreign id answers as an unknown one does, byte for byte", async () => {
    const mine = await ask("Mine");
    const other = await ask("Other");
    const headers = bearer(other["access_token"]);
    const foreign = String(mine["conversation_id"]);
    const unknown = "01900000-0000-7000-8000-000000000000";
    const attempts = (id: string) => [
      docent.fetch(`/api/conversations/${id}`, { headers }),
      docent.fetch(`/api/chat/${id}/stream`, { headers }),
      docent.fetch(`/api/chat/${id}/stop`, { method: "POST", headers }),
      docent.post("/api/chat", { message: "hi", conversation_id: id }, headers),
      docent.fetch(`/api/conversations/${id}`),
    ];
    const answers = await problemsOf(attempts(foreign));
    expect(answers).toEqual(await problemsOf(attempts(unknown)));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  });

  test("a token stops working when its session has ended", async () => {
    const metadata = await ask("Hello");
    await docent.database.query({ text: "delete from sessions", values: [] });
    const { conversation_id, access_token } = metadata;
    const read = await docent.fetch(`/api/conversations/${String(conversation_id)}`, {
      headers: bearer(access_token),
    });
    expect(read.status).toBe(401);
    const chat = await docent.post(
      "/api/chat",
      { message: "Again", conversation_id },
      bearer(access_token),
    );
    expect(chat.status).toBe(401);
  });
});
