import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { forge, forgeUnsigned } from "../../support/clients/callers.ts";
import { signIn } from "../../support/clients/signed-in.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp();
});
afterAll(() => docent.close());

const list = (token: string) =>
  docent.fetch("/api/tasks", { headers: { authorization: `Bearer ${token}` } });

async function expectRefused(token: string): Promise<void> {
  const response = await list(token);
  const { code } = await response.json();
  expect({ status: response.status, code }).toEqual({ status: 401, code: "invalid_token" });
}

/** Signed well, with a key of the attacker's own. */
async function sign(algorithm: "RS256" | "ES256", header: object): Promise<string> {
  const { privateKey } = await generateKeyPair(algorithm);
  const [, payload = ""] = (await forge(docent)).split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  return new SignJWT(claims).setProtectedHeader({ alg: algorithm, ...header }).sign(privateKey);
}

test("the forger's tokens are good where nothing is forged", async () => {
  expect((await list(await forge(docent))).status).toBe(200);
});

describe("refused", () => {
  test.each(["none", "None", "NONE", "nOnE", ""])("a token signed by nobody, alg %j", async (alg) =>
    expectRefused(await forgeUnsigned(docent, alg)),
  );

  test.each(["HS384", "HS512"])("our secret with %s", async (algorithm) =>
    expectRefused(await forge(docent, { algorithm })),
  );

  test("a public key taken for a secret", async () => {
    const { publicKey } = await generateKeyPair("RS256", { extractable: true });
    const key = new TextEncoder().encode(await exportSPKI(publicKey));
    await expectRefused(await forge(docent, { key }));
  });

  test.each(["RS256", "ES256"] as const)("%s, with its key in the header", async (algorithm) => {
    const { publicKey } = await generateKeyPair(algorithm, { extractable: true });
    await expectRefused(await sign(algorithm, { jwk: await exportJWK(publicKey) }));
  });

  test.each([
    { jku: "https://evil.example/keys.json" },
    { x5u: "https://evil.example/certificate.pem" },
    { kid: "../../../../dev/null" },
    { kid: "' union select 'x' --" },
    { kid: "a secret for tests, of more than thirty-two bytes" },
  ])("a foreign key that says where it is: %j", async (header) => {
    const fetched = vi.spyOn(globalThis, "fetch");
    const key = new TextEncoder().encode("the attacker's, of more than thirty-two bytes");
    await expectRefused(await forge(docent, { key, header }));
    await expectRefused(await sign("RS256", header));
    // Test files share a process, and others ask servers of their own on this machine.
    const asked = fetched.mock.calls.map(([input]) =>
      input instanceof Request ? input.url : `${input}`,
    );
    expect(asked.filter((url) => !url.startsWith("http://127.0.0.1:"))).toEqual([]);
    fetched.mockRestore();
  });

  test.each([
    { crit: ["exp"] },
    { crit: ["b64"], b64: false },
    { crit: [] },
    { crit: ["made-up"], "made-up": 1 },
  ])("a header that must be understood: %j", async (header) => {
    // jose signs no such thing: the header is put in by hand, under a signature that covers it.
    const [, payload = ""] = (await forge(docent)).split(".");
    const head = Buffer.from(JSON.stringify({ alg: "HS256", ...header })).toString("base64url");
    const secret = "a secret for tests, of more than thirty-two bytes";
    const key = await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode(secret),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    const signed = new TextEncoder().encode(`${head}.${payload}`);
    const signature = Buffer.from(await crypto.subtle.sign("HMAC", key, signed));
    await expectRefused(`${head}.${payload}.${signature.toString("base64url")}`);
  });

  test.each([
    ["a list of subjects", { sub: ["x"] }],
    ["a kind there is none of", { kind: "admin" }],
    ["one that is not good yet", { nbf: 4_000_000_000 }],
    ["one that expires in words", { exp: "never" }],
    ["no session", { sid: undefined }],
    ["no id of its own", { jti: undefined }],
  ])("%s", async (_, claims) => expectRefused(await forge(docent, { claims })));

  test("a token whose claims were changed after signing", async () => {
    const [header, payload = "", signature] = (await forge(docent)).split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const { userId } = await signIn(docent);
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: userId })).toString("base64url");
    await expectRefused(`${header}.${changed}.${signature}`);
  });

  test("a guest's token that says user", async () => {
    const { userId, sessionId } = await signIn(docent, { kind: "guest" });
    const key = new TextEncoder().encode("the attacker's, of more than thirty-two bytes");
    const claims = { sub: userId, sid: sessionId, kind: "user" };
    await expectRefused(await forge(docent, { key, claims }));
  });

  test.each(["a.b", "a.b.c.d.e", "..", "x".repeat(10_000), "e30.e30.e30"])("%.20s", expectRefused);
});

describe("a good token", () => {
  test.each(["access_token", "token", "authorization"])(
    "in the query as %s is not looked at",
    async (name) => {
      const token = await forge(docent);
      const response = await docent.fetch(`/api/tasks?${name}=${token}`);
      expect(response.status).toBe(401);
      expect(JSON.stringify(docent.log)).not.toContain(token);
    },
  );

  test("in a cookie is not looked at", async () => {
    const cookie = `access_token=${await forge(docent)}`;
    expect((await docent.fetch("/api/tasks", { headers: { cookie } })).status).toBe(401);
  });

  test("beside another one is none", async () => {
    const authorization = `Bearer ${await forge(docent)}, Bearer ${await forge(docent)}`;
    expect((await docent.fetch("/api/tasks", { headers: { authorization } })).status).toBe(401);
  });
});
