import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sql } from "../../../handlers/lib/sql.ts";
import { adminKey } from "../../support/clients/callers.ts";
import { goodPassword, register, send, startGuest } from "../../support/clients/people.ts";
import { countRows, createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";

const unknownId = "01900000-0000-7000-8000-000000000000";

let docent: TestApp;
let ana: string;
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: adminKey, STORE_QUESTIONS: "on" });
});
afterAll(() => docent.close());
beforeEach(async () => {
  ana = (await startGuest(docent)).access_token;
});

async function ask(message: string, token = ana, conversationId?: string) {
  const headers = { authorization: `Bearer ${token}`, accept: "application/json" };
  const body = { message, conversation_id: conversationId };
  return (await docent.post("/api/chat", body, headers)).json();
}

const vote = (messageId: string, body: unknown, token: string | undefined = ana) =>
  send(docent, "POST", `/api/chat/${messageId}/feedback`, {
    body,
    ...(token !== "" && { token }),
  });

const read = async (conversationId: string, token = ana) =>
  (await send(docent, "GET", `/api/conversations/${conversationId}`, { token })).json();

const votesIn = async (conversationId: string, token = ana) =>
  (await read(conversationId, token)).messages.map((message: { vote: unknown }) => message.vote);

const rows = () => docent.database.query(sql`select * from feedback`);
const votes = async () => (await countRows(docent.database))["feedback"];
const stored = () =>
  docent.database.query(sql`select vote, note from feedback order by created_at, message_id`);

describe("a vote", () => {
  beforeEach(() => docent.database.query(sql`delete from feedback`));

  test("is kept with its message, replaced, and taken back", async () => {
    const { conversation_id: id, message_id: answer } = await ask("What is a boat?");
    expect(await votesIn(id)).toEqual([null, null]);
    for (const given of ["good", "bad", null] as const) {
      const response = await vote(answer, { vote: given });
      expect(response.status).toBe(204);
      expect(await response.text()).toBe("");
      expect(await votesIn(id)).toEqual([null, given]);
    }
    expect(await stored()).toEqual([]);
  });

  test("given again changes nothing, not even its time", async () => {
    const { message_id: answer } = await ask("What is a boat?");
    expect((await vote(answer, { vote: "bad", note: "Too short" })).status).toBe(204);
    const before = await rows();
    expect((await vote(answer, { vote: "bad", note: "Too short" })).status).toBe(204);
    expect(await rows()).toEqual(before);
    for (const _ of [1, 2]) expect((await vote(answer, { vote: null })).status).toBe(204);
    expect(await rows()).toEqual([]);
  });

  test("comes with a note, which goes with the next vote", async () => {
    const { message_id: answer } = await ask("What is a boat?");
    await vote(answer, { vote: "bad", note: "  = no, 🙂\n" });
    expect(await stored()).toEqual([{ vote: "bad", note: "= no, 🙂" }]);
    await vote(answer, { vote: "bad", note: " " });
    expect(await stored()).toEqual([{ vote: "bad", note: null }]);
    await vote(answer, { vote: "bad", note: "n".repeat(1000) });
    await vote(answer, { vote: "good" });
    expect(await stored()).toEqual([{ vote: "good", note: null }]);
  });

  test.each([
    [{}, "body.vote"],
    [{ vote: "meh" }, "body.vote"],
    [{ vote: 1 }, "body.vote"],
    [{ vote: "good", note: "n".repeat(1001) }, "body.note"],
    [{ vote: "good", note: "a\0b" }, "body.note"],
    [{ vote: "good", note: 7 }, "body.note"],
  ])("is refused as %j", async (body, path) => {
    const { message_id: answer } = await ask("What is a boat?");
    const response = await vote(answer, body);
    expect(response.status).toBe(400);
    expect((await response.json()).errors).toEqual([expect.objectContaining({ path })]);
    expect(await stored()).toEqual([]);
  });

  test("on what is not the caller's answer is 404, whatever it is, and changes nothing", async () => {
    const { conversation_id: id, message_id: answer } = await ask("What is a boat?");
    const [question] = (await read(id)).messages;
    const stranger = (await register(docent)).access_token;
    const attempts = [
      vote(unknownId, { vote: "good" }),
      vote("x", { vote: "good" }),
      vote(id, { vote: "good" }),
      vote(question.id, { vote: "good" }),
      vote(answer, { vote: "good" }, stranger),
      vote(answer, { vote: null }, stranger),
      vote(answer, { vote: "good" }, adminKey),
      vote(answer, { vote: "good" }, ""),
    ];
    for (const attempt of attempts) {
      const response = await attempt;
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: "not_found", detail: "No such answer." });
    }
    expect(await votesIn(id)).toEqual([null, null]);
  });

  test("of a stranger cannot take one back", async () => {
    const { conversation_id: id, message_id: answer } = await ask("What is a boat?");
    await vote(answer, { vote: "good" });
    const stranger = (await startGuest(docent)).access_token;
    expect((await vote(answer, { vote: null }, stranger)).status).toBe(404);
    expect(await votesIn(id)).toEqual([null, "good"]);
  });
});

describe("votes go", () => {
  beforeEach(() => docent.database.query(sql`delete from feedback`));

  test("with the conversation", async () => {
    const { conversation_id: id, message_id: answer } = await ask("What is a boat?");
    await vote(answer, { vote: "good" });
    await send(docent, "DELETE", `/api/conversations/${id}`, { token: ana });
    expect(await votes()).toBe(0);
  });

  test("with the account", async () => {
    const { access_token: token } = await register(docent);
    const { message_id: answer } = await ask("What is a boat?", token);
    await vote(answer, { vote: "bad", note: "no" }, token);
    expect(await votes()).toBe(1);
    const body = { password: goodPassword };
    expect((await send(docent, "DELETE", "/api/auth/me", { token, body })).status).toBe(204);
    expect(await votes()).toBe(0);
  });

  test("with an idle guest", async () => {
    const { message_id: answer } = await ask("What is a boat?");
    await vote(answer, { vote: "bad", note: "no" });
    await docent.database.batch([
      sql`update users set created_at = created_at - interval '31 days'`,
      sql`update sessions set rotated_at = rotated_at - interval '31 days'`,
      sql`update conversations set updated_at = updated_at - interval '31 days'`,
    ]);
    await docent.app.sweep();
    expect(await votes()).toBe(0);
  });

  test("over to the account that a guest becomes", async () => {
    const { conversation_id: id, message_id: answer } = await ask("What is a boat?");
    await vote(answer, { vote: "good" });
    const { access_token: token } = await register(docent, { guest: ana });
    expect(await votesIn(id, token)).toEqual([null, "good"]);
    expect((await vote(answer, { vote: "bad" }, token)).status).toBe(204);
    expect(await votesIn(id, token)).toEqual([null, "bad"]);
  });
});

test("an answer that is being written is not voted on; one that was stopped or given up is", async () => {
  const { model, say } = createScriptedModel();
  const slow = await createTestApp({}, { languageModel: model });
  const { access_token: token } = await startGuest(slow);
  const headers = { authorization: `Bearer ${token}` };
  const asking = await slow.post("/api/chat", { message: "What is a boat?" }, headers);
  const reader = asking.body?.getReader();
  const first = new TextDecoder().decode((await reader?.read())?.value);
  const { conversation_id: id, message_id: answer } = JSON.parse(
    /^data: (.*)$/m.exec(first)?.[1] ?? "",
  );
  say("A boat");
  const path = `/api/chat/${answer}/feedback`;
  const body = { vote: "bad" };
  const early = await send(slow, "POST", path, { token, body });
  expect(early.status).toBe(409);
  expect(await early.json()).toMatchObject({ code: "conversation_busy" });
  expect(await countRows(slow.database)).toMatchObject({ feedback: 0 });

  // As if the process that wrote it had been killed.
  await slow.database.query(sql`update messages set updated_at = now() - interval '31 seconds'`);
  expect((await send(slow, "POST", path, { token, body })).status).toBe(204);
  await send(slow, "POST", path, { token, body: { vote: null } });

  await send(slow, "POST", `/api/chat/${id}/stop`, { token });
  expect((await send(slow, "POST", path, { token, body })).status).toBe(204);
  expect(await countRows(slow.database)).toMatchObject({ feedback: 1 });
  await reader?.cancel();
  await slow.close();
});

test("while STORE_QUESTIONS is off a note is not stored, and one stored before goes with the next vote", async () => {
  const { database } = docent;
  const { message_id: answer } = await ask("What is a boat?");
  await vote(answer, { vote: "bad", note: "Too short" });
  const off = await createTestApp({}, { database: docent.ports.database });
  const headers = { authorization: `Bearer ${ana}` };
  const response = await off.post(
    `/api/chat/${answer}/feedback`,
    { vote: "bad", note: "Too short" },
    headers,
  );
  expect(response.status).toBe(204);
  expect(
    await database.query(sql`select vote, note from feedback where message_id = ${answer}::uuid`),
  ).toEqual([{ vote: "bad", note: null }]);
});
