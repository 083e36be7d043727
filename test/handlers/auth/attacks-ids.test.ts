import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Route } from "../../../handlers/http/route.ts";
import { smallestRequest } from "../../support/clients/requests.ts";
import { signIn, type SignedIn } from "../../support/clients/signed-in.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
let victim: SignedIn;
let attacker: SignedIn;
beforeAll(async () => {
  docent = await createTestApp();
  victim = await signIn(docent);
  attacker = await signIn(docent);
});
afterAll(() => docent.close());

async function addConversation(): Promise<string> {
  const headers = { ...victim.headers, accept: "application/json" };
  const answer = await docent.post("/api/chat", { message: "Mine alone" }, headers);
  return (await answer.json()).conversation_id;
}

async function addAnswer(): Promise<string> {
  const headers = { ...victim.headers, accept: "application/json" };
  const answer = await docent.post("/api/chat", { message: "Mine alone" }, headers);
  return (await answer.json()).message_id;
}

async function addResponse(): Promise<string> {
  const body = { model: "docent", input: "Mine alone" };
  return (await (await docent.post("/v1/responses", body, victim.headers)).json()).id;
}

async function addTask(): Promise<string> {
  const answer = await docent.post("/api/tasks", { title: "Mine alone" }, victim.headers);
  return (await answer.json()).id;
}

async function addKey(): Promise<string> {
  const body = { name: "mine alone", scopes: ["tasks"] };
  const answer = await docent.post("/api/auth/keys", body, victim.headers);
  return (await answer.json()).id;
}

async function addSession(): Promise<string> {
  const id = crypto.randomUUID();
  const text = `insert into sessions (id, user_id, refresh_hash, expires_at)
    values ($1::uuid, $2::uuid, '', now() + interval '1 day')`;
  await docent.database.query({ text, values: [id, victim.userId] });
  return id;
}

/** How the victim comes by something, by the beginning of the paths that lead to it. */
const owned: Readonly<Record<string, () => Promise<string>>> = {
  "/api/auth/keys/:id": addKey,
  "/api/auth/sessions/:id": addSession,
  "/api/chat/:message_id": addAnswer,
  "/api/chat/:id": addConversation,
  "/api/conversation/:id": addConversation,
  "/api/conversations/:id": addConversation,
  "/api/tasks/:id": addTask,
  "/v1/responses/:id": addResponse,
};

/** What everybody shares. */
const shared = new Set([
  "GET /api/documents/:id",
  "GET /c/:id",
  "GET /llms/:id.md",
  "GET /parts/:name",
  "GET /v1/models/:id",
]);

const guessable = ({ method, path, access }: Route) =>
  path.includes("/:") && access !== "admin" && !shared.has(`${method} ${path}`);

test("every route that names something owned is tried", () => {
  const paths = docent.app.routes.filter(guessable).map(({ path }) => path);
  const unknown = paths.filter(
    (path) => !Object.keys(owned).some((start) => path.startsWith(start)),
  );
  expect(unknown).toEqual([]);
  expect(paths.length).toBeGreaterThan(5);
});

/** The whole answer, but for the request's id. */
async function send(route: Route, id: string, { headers }: SignedIn) {
  const { path, init } = smallestRequest(route, { id, headers: { ...headers } });
  const response = await docent.fetch(path, init);
  const text = await response.text();
  return {
    status: response.status,
    text: text.replaceAll(/"request_id":"[^"]*"/g, ""),
    headers: [...response.headers].filter(([name]) => name !== "x-request-id"),
  };
}

async function goOnWith(id: string): Promise<object> {
  const body = { message: "hi", conversation_id: id };
  const response = await docent.post("/api/chat", body, attacker.headers);
  return { ...(await response.json()), request_id: "" };
}

describe("somebody else's id is as good as none", () => {
  test("on every such route, byte for byte", async () => {
    for (const route of docent.app.routes.filter(guessable)) {
      const start = Object.keys(owned).find((each) => route.path.startsWith(each));
      const id = await owned[start ?? ""]?.();
      if (id === undefined) throw new Error(route.path);
      const unknown = await send(route, "01900000-0000-7000-8000-000000000000", attacker);
      expect(unknown.status).toBe(404);
      expect(await send(route, id, attacker)).toEqual(unknown);
      expect(await send(route, id.toUpperCase(), attacker)).toEqual(unknown);
      const named = await send(route, "%27%20or%201%3D1%20--", attacker);
      // A client's name for a chat that has not begun: there is nothing to resume.
      if (route.path === "/api/chat/:id/stream") expect(named.status).toBe(204);
      else expect(named).toEqual(unknown);
      expect((await send(route, id, victim)).status).toBeLessThan(300);
    }
  });

  test("as a conversation to go on with", async () => {
    const unknown = await goOnWith("01900000-0000-7000-8000-000000000000");
    expect(unknown).toMatchObject({ status: 404, code: "not_found" });
    expect(await goOnWith(await addConversation())).toEqual(unknown);
  });
});

/** What a body may try to say. */
const claims = () => ({
  user_id: victim.userId,
  owner_id: victim.userId,
  userId: victim.userId,
  owner: victim.userId,
  sub: victim.userId,
  role: "admin",
  kind: "user",
  id: "01900000-0000-7000-8000-000000000001",
  created_at: "1999-01-01T00:00:00Z",
  ["__proto__"]: { admin: true },
});

async function ownerOf(table: "tasks" | "conversations", id: string): Promise<string | undefined> {
  const text = `select owner_id::text as owner from ${table} where id = $1::uuid`;
  const [row] = await docent.database.query<{ owner: string }>({ text, values: [id] });
  return row?.owner;
}

describe("what a body says of an owner is not listened to", () => {
  test("by tasks", async () => {
    const answer = await docent.post("/api/tasks", { title: "x", ...claims() }, attacker.headers);
    const task = await answer.json();
    expect(answer.status).toBe(201);
    expect(task.id).not.toBe(claims().id);
    expect(task.created_at).not.toContain("1999");
    expect(await ownerOf("tasks", task.id)).toBe(attacker.userId);
  });

  test("by chat", async () => {
    const headers = { ...attacker.headers, accept: "application/json" };
    const answer = await docent.post("/api/chat", { message: "x", ...claims() }, headers);
    const { conversation_id } = await answer.json();
    expect(await ownerOf("conversations", conversation_id)).toBe(attacker.userId);
  });

  test("by who becomes a guest", async () => {
    const { user } = await (await docent.post("/api/auth/guest", claims())).json();
    expect(user).toMatchObject({ kind: "guest", email: null });
    expect([victim.userId, claims().id]).not.toContain(user.id);
  });
});
