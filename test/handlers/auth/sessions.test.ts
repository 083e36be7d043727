import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGivenSecret } from "../../../adapters/secrets/given-secret.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { clockAt } from "../../support/apps/test-clock.ts";

let now = Date.parse("2026-11-21T00:00:00Z");
let ring: { current: string; previous?: string } = {
  current: "a secret for tests, of more than thirty-two bytes",
};
let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp(
    {},
    {
      clock: clockAt(() => now),
      secrets: { read: () => createGivenSecret(ring.current, ring.previous).read() },
    },
  );
});
afterAll(() => docent.close());

const startGuest = async () => (await docent.post("/api/auth/guest", {})).json();
const refresh = (token: string) => docent.post("/api/auth/refresh", { refresh_token: token });
const signOut = (token: string) => docent.post("/api/auth/logout", { refresh_token: token });
const age = (column: "created_at" | "rotated_at", interval: string) =>
  docent.database.query({
    text: `update sessions set ${column} = ${column} - $1::interval`,
    values: [interval],
  });
const read = (token: string) =>
  docent.fetch("/api/conversations/01900000-0000-7000-8000-000000000000", {
    headers: { authorization: `Bearer ${token}` },
  });

describe("a guest's session", () => {
  test("starts with a pair of tokens and says who the guest is", async () => {
    const response = await docent.fetch("/api/auth/guest", { method: "POST" });
    expect(response.status).toBe(201);
    const grant = await response.json();
    expect(grant).toMatchObject({
      token_type: "bearer",
      expires_in: 1800,
      user: { kind: "guest" },
    });
    expect((await read(grant.access_token)).status).toBe(404);
  });

  test("goes on with a refresh token after the access token has expired", async () => {
    const grant = await startGuest();
    now += 31 * 60_000;
    expect((await read(grant.access_token)).status).toBe(401);
    const next = await (await refresh(grant.refresh_token)).json();
    expect(next.user.id).toBe(grant.user.id);
    expect((await read(next.access_token)).status).toBe(404);
  });

  test("gives a retried refresh the same successor, also to two at once", async () => {
    const grant = await startGuest();
    const answers = await Promise.all([refresh(grant.refresh_token), refresh(grant.refresh_token)]);
    const [first, second] = await Promise.all(answers.map((answer) => answer.json()));
    expect(first.refresh_token).toBe(second.refresh_token);
    expect(first.refresh_token).not.toBe(grant.refresh_token);
  });

  test("ends when a token two rotations old comes back", async () => {
    const grant = await startGuest();
    const second = await (await refresh(grant.refresh_token)).json();
    const third = await (await refresh(second.refresh_token)).json();
    expect((await refresh(grant.refresh_token)).status).toBe(401);
    expect((await refresh(third.refresh_token)).status).toBe(401);
    expect((await read(third.access_token)).status).toBe(401);
  });

  test("gives what was given also to a retry after JWT_SECRET was rotated", async () => {
    const grant = await startGuest();
    const next = await (await refresh(grant.refresh_token)).json();
    const [before, after] = [ring.current, "another secret of more than thirty-two bytes"];
    ring = { current: after, previous: before };
    const retried = await (await refresh(grant.refresh_token)).json();
    expect(retried.refresh_token).toBe(next.refresh_token);
    expect((await read(next.access_token)).status).toBe(404);
    const third = await refresh(next.refresh_token);
    expect(third.status).toBe(200);
    const { refresh_token } = await third.json();
    expect((await (await refresh(next.refresh_token)).json()).refresh_token).toBe(refresh_token);
    // The secret before is gone for good: nobody can derive that successor, and nobody's session ends for it.
    ring = { current: "a third secret of more than thirty-two bytes!" };
    expect((await refresh(next.refresh_token)).status).toBe(401);
    ring = { current: before };
    expect((await refresh(refresh_token)).status).toBe(200);
  });

  test("is ended by an old token for good, also for the one who holds the newest", async () => {
    const grant = await startGuest();
    const next = await (await refresh(grant.refresh_token)).json();
    await age("rotated_at", "11 seconds");
    expect((await refresh(grant.refresh_token)).status).toBe(401);
    expect((await refresh(next.refresh_token)).status).toBe(401);
  });

  test("is not ended by its id with a wrong secret, by refreshing or signing out", async () => {
    const grant = await startGuest();
    const next = await (await refresh(grant.refresh_token)).json();
    const [id, family, secret] = next.refresh_token.split(".");
    const other = await startGuest();
    const [, foreignFamily, foreignSecret] = other.refresh_token.split(".");
    for (const token of [
      id,
      `${id}.`,
      `${id}.x`,
      `${id}..`,
      `${id}.${secret}`,
      `${id}.${family}`,
      `${id}.${secret}.${family}`,
      `${id}.${foreignFamily}.${foreignSecret}`,
      `${id}.${foreignFamily}.${secret}`,
    ]) {
      expect((await refresh(token)).status, token).toBe(401);
      expect((await signOut(token)).status).toBe(204);
    }
    expect((await read(next.access_token)).status).toBe(404);
    expect((await refresh(next.refresh_token)).status).toBe(200);
  });

  test("is ended by signing out with any token it ever had", async () => {
    const grant = await startGuest();
    const second = await (await refresh(grant.refresh_token)).json();
    const third = await (await refresh(second.refresh_token)).json();
    expect((await signOut(grant.refresh_token)).status).toBe(204);
    expect((await read(third.access_token)).status).toBe(401);
  });

  test("of an older version, without a family secret, goes on and ends by its last two tokens only", async () => {
    const grant = await startGuest();
    const [id] = grant.refresh_token.split(".");
    const old = `${id}.${"a".repeat(43)}`;
    await docent.database.query({
      text: `update sessions set family_hash = null, refresh_hash = sha256($1::text::bytea)
        where id = $2::uuid`,
      values: [old, id],
    });
    const second = await (await refresh(old)).json();
    expect((await refresh(`${id}.${"b".repeat(43)}`)).status).toBe(401);
    const third = await (await refresh(second.refresh_token)).json();
    expect((await refresh(old)).status).toBe(401);
    expect((await read(third.access_token)).status).toBe(404);
    await age("rotated_at", "11 seconds");
    expect((await refresh(second.refresh_token)).status).toBe(401);
    expect((await read(third.access_token)).status).toBe(401);
  });

  test("ends 90 days after it began, however often it is refreshed", async () => {
    const grant = await startGuest();
    await age("created_at", "89 days 23 hours");
    const refreshed = await refresh(grant.refresh_token);
    expect(refreshed.status).toBe(200);
    const next = await refreshed.json();
    const [id] = next.refresh_token.split(".");
    const [row] = await docent.database.query<{ hours: number }>({
      text: `select extract(epoch from expires_at - created_at)::float8 / 3600 as hours
        from sessions where id = $1::uuid`,
      values: [id],
    });
    expect(row?.hours).toBe(90 * 24);
    await age("created_at", "1 hour");
    expect((await refresh(next.refresh_token)).status).toBe(401);
  });

  test.each(["", "x", "a.b", "'; drop table sessions; --.x"])("refuses %j", async (token) => {
    expect((await refresh(token)).status).toBe(token === "" ? 400 : 401);
  });
});

describe("an access token is refused", () => {
  const secret = new TextEncoder().encode("a secret for tests, of more than thirty-two bytes");
  const forge = (claims: object, options: { key?: Uint8Array; alg?: string; aud?: string } = {}) =>
    new SignJWT({ sid: crypto.randomUUID(), kind: "guest", sub: crypto.randomUUID(), ...claims })
      .setProtectedHeader({ alg: options.alg ?? "HS256" })
      .setIssuer("docent")
      .setAudience(options.aud ?? "docent")
      .setJti(crypto.randomUUID())
      .setExpirationTime(now / 1000 + 3600)
      .sign(options.key ?? secret);

  test("with a wrong signature", async () => {
    const key = new TextEncoder().encode("another secret of more than thirty-two bytes");
    expect((await read(await forge({}, { key }))).status).toBe(401);
  });
  test("with another algorithm", async () => {
    expect((await read(await forge({}, { alg: "HS512" }))).status).toBe(401);
  });
  test("with no algorithm", async () => {
    const token = `${encode({ alg: "none" })}.${encode({ sub: "x", iss: "docent", aud: "docent" })}.`;
    expect((await read(token)).status).toBe(401);
  });
  test("for another audience", async () => {
    expect((await read(await forge({}, { aud: "else" }))).status).toBe(401);
  });
  test("with an integer subject", async () => {
    expect((await read(await forge({ sub: 7 }))).status).toBe(401);
  });
  test.each(["7", "' or 1=1 --", "x".repeat(5000)])(
    "with the subject or session %j",
    async (id) => {
      expect((await read(await forge({ sub: id }))).status).toBe(401);
      expect((await read(await forge({ sid: id }))).status).toBe(401);
    },
  );
  test.each(["admin", "operator", 7, null])("of the kind %j", async (kind) => {
    expect((await read(await forge({ kind }))).status).toBe(401);
  });
  test("well signed, of a session there is none of", async () => {
    expect((await read(await forge({}))).status).toBe(401);
  });
});

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
