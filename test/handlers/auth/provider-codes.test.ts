import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bearer, goodPassword, register, startGuest } from "../../support/clients/people.ts";
import {
  createProviderApp,
  createProviderVisitor,
  type ProviderApp,
} from "../../support/clients/provider-visitor.ts";
import { countRows } from "../../support/apps/test-app.ts";

let app: ProviderApp;
beforeAll(async () => {
  app = await createProviderApp();
});
afterAll(() => app.docent.close());
beforeEach(() => {
  app.standIn.misbehaviour = undefined;
  app.standIn.person = { sub: crypto.randomUUID(), preferred_username: "ada" };
});

describe("the page's code", () => {
  test("signs in once", async () => {
    const visitor = createProviderVisitor(app);
    const code = await visitor.getCode();
    const kept = new Map(visitor.cookies);
    expect((await visitor.redeem(code)).status).toBe(200);
    for (const [name, value] of kept) visitor.cookies.set(name, value);
    const again = await visitor.redeem(code);
    expect(again.status).toBe(403);
    expect(await again.json()).toMatchObject({ code: "invalid_code" });
  });

  test("signs in one of two who are there at once", async () => {
    const visitor = createProviderVisitor(app);
    const code = await visitor.getCode();
    const both = await Promise.all([visitor.redeem(code), visitor.redeem(code)]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403]);
  });

  test("signs nobody in who was sent it, and takes nothing from them", async () => {
    const attacker = createProviderVisitor(app);
    const code = await attacker.getCode();
    const guest = await startGuest(app.docent);
    const victim = createProviderVisitor(app);
    expect((await victim.redeem(code, guest.access_token)).status).toBe(403);
    await victim.agree();
    expect((await victim.redeem(code, guest.access_token)).status).toBe(403);
    const me = await app.docent.fetch("/api/auth/me", { headers: bearer(guest.access_token) });
    expect(me.status).toBe(200);
    expect((await attacker.redeem(code)).status).toBe(200);
  });

  test("is good for a minute", async () => {
    const visitor = createProviderVisitor(app);
    const code = await visitor.getCode();
    await app.docent.database.query({
      text: "update sign_in_codes set expires_at = expires_at - interval '60 seconds'",
      values: [],
    });
    expect((await visitor.redeem(code)).status).toBe(403);
    await createProviderVisitor(app).getCode();
    expect((await countRows(app.docent.database))["sign_in_codes"]).toBe(1);
  });

  test.each(["https://else.example", "null"])("is not taken from a page of %s", async (origin) => {
    const visitor = createProviderVisitor(app);
    const code = await visitor.getCode();
    const response = await visitor.open("/api/auth/huggingface/redeem", {
      method: "POST",
      headers: { "content-type": "application/json", origin },
      body: JSON.stringify({ code }),
    });
    expect(response.status).toBe(403);
  });
});

describe("somebody else's account", () => {
  test.each([true, false])(
    "is not entered by its address, which the provider says is verified: %s",
    async (email_verified) => {
      const owner = await register(app.docent);
      const email = owner.user.email ?? "";
      app.standIn.person = { sub: crypto.randomUUID(), email, email_verified };
      const { user } = await createProviderVisitor(app).signIn();
      expect(user.id).not.toBe(owner.user.id);
      expect(user.email).toBeNull();
    },
  );

  test("takes no address that is not verified, and lets nobody in by a password", async () => {
    const email = `${crypto.randomUUID()}@example.org`;
    app.standIn.person = { sub: crypto.randomUUID(), email, email_verified: false };
    expect((await createProviderVisitor(app).signIn()).user.email).toBeNull();
    app.standIn.person = { sub: crypto.randomUUID(), email, email_verified: true };
    expect((await createProviderVisitor(app).signIn()).user.email).toBe(email);
    for (const password of ["", goodPassword]) {
      const entered = await app.docent.post("/api/auth/login", { email, password });
      expect(entered.status).toBe(401);
    }
  });
});

describe("addresses", () => {
  test("lead to the provider or to the page, whatever the request says", async () => {
    const visitor = createProviderVisitor(app);
    const headers = { host: "evil.example", "x-forwarded-host": "evil.example" };
    const wishes =
      "redirect_uri=https://evil.example&next=//evil.example&return_to=https://evil.example";
    const begun = await visitor.open(`/api/auth/huggingface?${wishes}`, { headers });
    const location = new URL(begun.headers.get("location") ?? "");
    expect(location.origin + location.pathname).toBe("https://provider.test/oauth/authorize");
    const { searchParams } = location;
    expect(searchParams.get("redirect_uri")).toBe("https://ada-docent.hf.space/login/callback");
    const state = searchParams.get("state") ?? "";
    const agreed = await app.standIn.fetch(location);
    const code = new URL(agreed.headers.get("location") ?? "").searchParams.get("code") ?? "";
    const query = new URLSearchParams({ code, state });
    const response = await visitor.open(`/login/callback?${query}&${wishes}`, { headers });
    expect(response.headers.get("location")).toMatch(/^\/#sign-in=[\w-]{43}$/);
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(await response.text()).toBe("");
  });

  test("and log lines hold no secret of the provider's, of the browser's or of ours", async () => {
    const visitor = createProviderVisitor(app);
    const locations: (string | null)[] = [];
    const begun = await visitor.open("/api/auth/huggingface");
    const back = await visitor.agree();
    const [secret = ""] = visitor.cookies.values();
    const returned = await visitor.open(back);
    locations.push(begun.headers.get("location"), returned.headers.get("location"));
    const code = returned.headers.get("location")?.replace("/#sign-in=", "") ?? "";
    const [secondSecret = ""] = visitor.cookies.values();
    const person = await (await visitor.redeem(code)).json();
    app.standIn.misbehaviour = "another key";
    await visitor.comeBack(await visitor.agree());
    const written = JSON.stringify(app.docent.log);
    const secrets = [
      ...app.standIn.secrets,
      secret,
      secondSecret,
      person.access_token as string,
      person.refresh_token as string,
    ];
    expect(app.standIn.secrets.length).toBeGreaterThan(5);
    for (const each of secrets) {
      expect(written).not.toContain(each);
      expect(locations.join(" ")).not.toContain(each);
    }
    expect(written).not.toContain(code);
    expect(written).toContain("sign_in_refused");
  });
});
