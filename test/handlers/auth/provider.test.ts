import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseSettings } from "../../../handlers/settings/index.ts";
import { countRows, createTestApp } from "../../support/apps/test-app.ts";
import { bearer, goodPassword, register, send, startGuest } from "../../support/clients/people.ts";
import {
  createProviderApp,
  createProviderVisitor,
  spaceEnvironment,
  type ProviderApp,
} from "../../support/clients/provider-visitor.ts";

let app: ProviderApp;
beforeAll(async () => {
  app = await createProviderApp();
});
afterAll(() => app.docent.close());
beforeEach(() => {
  app.standIn.misbehaviour = undefined;
  app.standIn.person = { sub: crypto.randomUUID(), preferred_username: "ada" };
});

describe("signing in with Hugging Face", () => {
  test("goes out with everything the provider insists on, and makes an account", async () => {
    app.standIn.person = {
      sub: "hf-ada",
      name: "Ada Lovelace",
      preferred_username: "ada",
      email: "Ada@Example.org",
      email_verified: true,
    };
    const person = await createProviderVisitor(app).signIn();
    const { id, email, name, kind } = person.user;
    expect({ email, name, kind }).toEqual({
      email: "ada@example.org",
      name: "Ada Lovelace",
      kind: "user",
    });
    const me = await send(app.docent, "GET", "/api/auth/me", { token: person.access_token });
    expect(await me.json()).toMatchObject({ id, has_password: false });
    expect(app.standIn.complaints).toEqual([]);
  });

  test("finds the same account again, whatever is called otherwise by then", async () => {
    const first = await createProviderVisitor(app).signIn();
    app.standIn.person = { ...app.standIn.person, preferred_username: "countess" };
    const again = await createProviderVisitor(app).signIn();
    expect(again.user).toEqual(first.user);
    app.standIn.person = { sub: crypto.randomUUID(), preferred_username: "ada" };
    expect((await createProviderVisitor(app).signIn()).user.id).not.toBe(first.user.id);
  });

  test("makes one account of two first sign-ins at once", async () => {
    const both = await Promise.all([
      createProviderVisitor(app).signIn(),
      createProviderVisitor(app).signIn(),
    ]);
    expect(new Set(both.map(({ user }) => user.id)).size).toBe(1);
  });

  test("hands a guest's conversations over", async () => {
    const guest = await startGuest(app.docent);
    const body = { message: "asked as a guest" };
    const said = await app.docent.post("/api/chat", body, {
      ...bearer(guest.access_token),
      accept: "application/json",
    });
    const { conversation_id: id } = (await said.json()) as { conversation_id: string };
    const person = await createProviderVisitor(app).signIn(guest.access_token);
    const path = `/api/conversations/${id}`;
    expect((await send(app.docent, "GET", path, { token: person.access_token })).status).toBe(200);
    expect((await send(app.docent, "GET", path, { token: guest.access_token })).status).toBe(401);
  });

  test("takes a name that is too long, and none that could not be shown", async () => {
    app.standIn.person = { sub: crypto.randomUUID(), name: "x".repeat(500) };
    expect((await createProviderVisitor(app).signIn()).user.name).toBe("x".repeat(100));
    app.standIn.person = { sub: crypto.randomUUID(), name: "a\0b", email: "no address" };
    expect((await createProviderVisitor(app).signIn()).user).toMatchObject({
      name: null,
      email: null,
    });
  });

  test("asks where everything is once an hour, and again after a failure", async () => {
    const other = await createProviderApp();
    const discoveries = () => other.standIn.asked.filter((path) => path.includes("well-known"));
    const visitor = createProviderVisitor(other);
    other.standIn.misbehaviour = "down";
    const begun = await visitor.open("/api/auth/huggingface");
    expect(begun.headers.get("location")).toBe("/#sign-in-error=provider_unavailable");
    other.standIn.misbehaviour = undefined;
    await visitor.signIn();
    await visitor.signIn();
    expect(discoveries()).toHaveLength(2);
    other.pass(3_600_001);
    await visitor.signIn();
    expect(discoveries()).toHaveLength(3);
    await other.docent.close();
  });
});

describe("the browser's secret", () => {
  test("is a cookie no script reads and no other site sets, for ten minutes", async () => {
    const begun = await app.docent.fetch("/api/auth/huggingface");
    expect(begun.status).toBe(302);
    expect(begun.headers.get("cache-control")).toBe("no-store");
    const [pair = "", ...attributes] = (begun.headers.get("set-cookie") ?? "").split("; ");
    expect(pair).toMatch(/^__Host-docent-sign-in=[\w.-]{43,}$/);
    expect(attributes.toSorted()).toEqual([
      "HttpOnly",
      "Max-Age=600",
      "Path=/",
      "SameSite=Lax",
      "Secure",
    ]);
  });

  test("does without the prefix over plain http, where browsers would not take it", async () => {
    const local = await createProviderApp({ PUBLIC_URL: "http://localhost:7860" });
    const begun = await local.docent.fetch("/api/auth/huggingface");
    expect(begun.headers.get("set-cookie")).toMatch(/^docent-sign-in=/);
    expect(begun.headers.get("set-cookie")).not.toContain("Secure");
    expect((await createProviderVisitor(local).signIn()).user.kind).toBe("user");
    await local.docent.close();
  });

  test("is gone when the page has signed in", async () => {
    const visitor = createProviderVisitor(app);
    await visitor.signIn();
    expect([...visitor.cookies]).toEqual([]);
  });
});

describe("where it is not set up", () => {
  test("says what is missing, and offers nothing", async () => {
    const docent = await createTestApp();
    const providers = await docent.fetch("/api/auth/providers");
    expect(await providers.json()).toEqual({ providers: [] });
    for (const path of ["/api/auth/huggingface", "/login/callback?code=x&state=y"]) {
      const response = await docent.fetch(path);
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({
        code: "settings_missing",
        detail: expect.stringContaining("OAUTH_CLIENT_ID"),
      });
    }
    expect(docent.log.filter(({ level }) => level === "error" || level === "warn")).toEqual([]);
    expect((await countRows(docent.database))["request_counts"]).toBe(0);
    await docent.close();
  });

  const { SPACE_HOST: _, ...elsewhere } = spaceEnvironment;
  test.each([
    ["OAUTH_CLIENT_SECRET", "missing", { ...spaceEnvironment, OAUTH_CLIENT_SECRET: " " }],
    ["PUBLIC_URL", "missing", elsewhere],
    ["PUBLIC_URL", "invalid", { ...elsewhere, PUBLIC_URL: "https://docent.example/path" }],
    ["OPENID_PROVIDER_URL", "invalid", { ...spaceEnvironment, OPENID_PROVIDER_URL: "hf" }],
    ["OAUTH_SCOPES", "invalid", { ...spaceEnvironment, OAUTH_SCOPES: 'openid "all"' }],
  ])("leaves it out while %s is %s", (name, code, environment) => {
    const { settings, problems } = parseSettings(environment);
    expect(settings.identityProvider).toBeUndefined();
    expect(problems).toMatchObject([{ name, code, affects: ["identity_provider"] }]);
  });

  test("takes what a Space says of itself, and asks for openid in any case", () => {
    const { settings, problems } = parseSettings({ ...spaceEnvironment, OAUTH_SCOPES: "profile" });
    expect(problems).toEqual([]);
    expect(settings.server.publicUrl).toBe("https://ada-docent.hf.space");
    expect(settings.identityProvider).toEqual({
      url: "https://provider.test",
      clientId: "client-of-the-space",
      clientSecret: spaceEnvironment.OAUTH_CLIENT_SECRET,
      scopes: "openid profile",
    });
  });

  test("is offered by name where it is", async () => {
    expect(await (await app.docent.fetch("/api/auth/providers")).json()).toEqual({
      providers: [{ id: "huggingface", name: "Hugging Face", path: "/api/auth/huggingface" }],
    });
  });
});

describe("an account without a password", () => {
  test("is deleted without one, with its identity, and not by a made-up one", async () => {
    const person = await createProviderVisitor(app).signIn();
    const remove = (body?: object) =>
      send(app.docent, "DELETE", "/api/auth/me", { token: person.access_token, body });
    expect((await remove({ password: goodPassword })).status).toBe(403);
    expect((await remove()).status).toBe(204);
    const again = await createProviderVisitor(app).signIn();
    expect(again.user.id).not.toBe(person.user.id);
    const [left] = await app.docent.database.query<{ count: number }>({
      text: "select count(*)::int as count from identities where subject = $1",
      values: [app.standIn.person.sub],
    });
    expect(left?.count).toBe(1);
  });

  test("cannot be given a first one by whoever holds a token", async () => {
    const { access_token: token } = await createProviderVisitor(app).signIn();
    for (const current_password of ["", goodPassword]) {
      const body = { password: goodPassword, current_password };
      const changed = await send(app.docent, "PATCH", "/api/auth/me", { token, body });
      expect(changed.status).toBe(409);
      expect(await changed.json()).toMatchObject({ code: "no_password" });
    }
  });

  test("leaves those with one as they are: nothing is deleted without it", async () => {
    const { access_token: token } = await register(app.docent);
    for (const body of [undefined, {}, { password: "" }]) {
      const refused = await send(app.docent, "DELETE", "/api/auth/me", { token, body });
      expect(refused.status).toBe(403);
    }
    const me = await send(app.docent, "GET", "/api/auth/me", { token });
    expect(await me.json()).toMatchObject({ has_password: true });
  });
});
