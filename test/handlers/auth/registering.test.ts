import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { goodPassword, register, send, startGuest } from "../../support/clients/people.ts";
import { countRows, createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp();
});
afterAll(() => docent.close());

const me = (token: string) => send(docent, "GET", "/api/auth/me", { token });
const post = (path: string, body: unknown) => docent.post(`/api/auth/${path}`, body);

describe("registering", () => {
  test("signs in at once and says who one is", async () => {
    const response = await post("register", {
      email: "  Ada@Example.ORG ",
      password: goodPassword,
      name: " Ada ",
    });
    expect(response.status).toBe(201);
    const grant = await response.json();
    expect(grant).toMatchObject({
      token_type: "bearer",
      expires_in: 1800,
      user: { email: "ada@example.org", name: "Ada", kind: "user" },
    });
    expect(await (await me(grant.access_token)).json()).toEqual({
      ...grant.user,
      has_password: true,
    });
  });

  test("is refused where somebody has the address, however it is written", async () => {
    await register(docent, { email: "grace@example.org" });
    for (const email of ["grace@example.org", "GRACE@EXAMPLE.org", "ｇrace@example.org "]) {
      const again = await post("register", { email, password: goodPassword });
      expect(again.status).toBe(409);
      expect(await again.json()).toMatchObject({ code: "email_taken" });
    }
  });

  test("of two at once with one address lets one in", async () => {
    const body = { email: "twice@example.org", password: goodPassword };
    const answers = await Promise.all([post("register", body), post("register", body)]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]));
  });

  test.each([
    "",
    "ada",
    "ada@",
    "@example.org",
    "ada@example",
    "ada@-example.org",
    "a da@example.org",
    "ada@example..org",
    "ada@exa\0mple.org",
    "ada\u202E@example.org",
    "\uD800@example.org",
    `${"a".repeat(65)}@example.org`,
    `ada@${"example.".repeat(40)}org`,
    "ada@example.org\r\nbcc: bob@example.org",
    7,
    null,
  ])("refuses the address %j and writes nothing", async (email) => {
    const before = await countRows(docent.database);
    const response = await post("register", { email, password: goodPassword });
    expect(response.status).toBe(400);
    expect((await response.json()).errors[0].path).toBe("body.email");
    expect(await countRows(docent.database)).toEqual(before);
  });

  test.each([
    "\u200B",
    "\u200D",
    "\u202E",
    "\u2066",
    "\u00AD",
    "\u034F",
    "\u115F",
    "\u17B4",
    "\u180B",
    "\u2060",
    "\u2800",
    "\u3164",
    "\uFE0F",
    "\uFFA0",
    "\uFEFF",
    "\u0007",
    "\u0085",
    "\u2028",
    "\u{E0061}",
    "\u{E0100}",
  ])(
    "refuses an address with the invisible character %j, wherever it stands, also to sign in",
    async (character) => {
      const before = await countRows(docent.database);
      const place = (at: number) => {
        const text = "ada@example.org";
        return text.slice(0, at) + character + text.slice(at);
      };
      for (const at of [0, 2, 4, 7, 13, 15]) {
        for (const route of ["register", "login"]) {
          const response = await post(route, { email: place(at), password: goodPassword });
          expect(response.status, `at ${at}`).toBe(400);
          expect((await response.json()).errors[0].path).toBe("body.email");
        }
      }
      expect(await countRows(docent.database)).toEqual(before);
    },
  );

  test.each(["x".repeat(101), "a\0b", "\uDC00", "evil\u202Egnp.exe", "two\nlines", 7])(
    "refuses the name %j",
    async (name) => {
      const email = `${crypto.randomUUID()}@example.org`;
      const response = await post("register", { email, password: goodPassword, name });
      expect(response.status).toBe(400);
      expect((await response.json()).errors[0].path).toBe("body.name");
    },
  );

  test.each(["李小龍", "Zoë 👩‍👩‍👧", "'; drop table users; --", "Ṩtránge", "محمد"])(
    "takes the name %j as it is",
    async (name) => {
      const email = `${crypto.randomUUID()}@example.org`;
      const response = await post("register", { email, password: goodPassword, name });
      expect((await response.json()).user.name).toBe(name);
    },
  );

  test.each(["", "  ", "\u200B\u200D"])("takes the blank name %j for none", async (name) => {
    const email = `${crypto.randomUUID()}@example.org`;
    const response = await post("register", { email, password: goodPassword, name });
    expect((await response.json()).user.name).toBeNull();
  });

  test("takes no id, kind or role from its body", async () => {
    const guest = await startGuest(docent);
    const forged = { id: guest.user.id, user_id: guest.user.id, kind: "admin", role: "admin" };
    const response = await post("register", {
      email: "forger@example.org",
      password: goodPassword,
      created_at: "1970-01-01T00:00:00Z",
      password_hash: "x",
      ...forged,
    });
    const { user } = await response.json();
    expect(user.id).not.toBe(guest.user.id);
    expect(user.kind).toBe("user");
    expect(user.created_at > "2026").toBe(true);
    expect((await me(guest.access_token)).status).toBe(200);
  });
});
