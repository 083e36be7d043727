import { SignJWT } from "jose";
import { signIn } from "./signed-in.ts";
import type { TestApp } from "../apps/test-app.ts";

/** The key with which `createTestApp` signs. */
const secret = new TextEncoder().encode("a secret for tests, of more than thirty-two bytes");
const otherSecret = new TextEncoder().encode("another secret of more than thirty-two bytes");

export const adminKey = "the operator's key, of more than thirty-two bytes";

export interface Forgery {
  readonly header?: object;
  readonly claims?: object;
  readonly key?: Uint8Array;
  readonly algorithm?: string;
}

/** A valid token of a live session, with the given changes. */
export async function forge(docent: TestApp, forgery: Forgery = {}): Promise<string> {
  const { userId, sessionId } = await signIn(docent);
  const { header = {}, claims = {}, key = secret, algorithm = "HS256" } = forgery;
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({
    sub: userId,
    sid: sessionId,
    kind: "user",
    iss: "docent",
    aud: "docent",
    iat: now,
    exp: now + 1800,
    jti: crypto.randomUUID(),
    ...claims,
  })
    .setProtectedHeader({ alg: algorithm, typ: "JWT", ...header })
    .sign(key);
}

/** The same with the header of an unsigned token. */
export async function forgeUnsigned(docent: TestApp, algorithm: string): Promise<string> {
  const [, payload = ""] = (await forge(docent)).split(".");
  return `${encode({ alg: algorithm, typ: "JWT" })}.${payload}.`;
}

/** All kinds of caller and their tokens; undefined: without one. */
export const callers = {
  nobody: () => Promise.resolve(undefined),
  guest: async (docent) => tokenOf(await signIn(docent, { kind: "guest" })),
  user: (docent) => forge(docent),
  operator: () => Promise.resolve(adminKey),
  "an API key for searching": async (docent) => {
    const authorization = `Bearer ${await forge(docent)}`;
    const body = { name: "test", scopes: ["search"] };
    const created = await docent.post("/api/auth/keys", body, { authorization });
    return (await created.json()).key as string;
  },
  "an expired token": (docent) => forge(docent, { claims: { exp: 1_700_000_000 } }),
  "a wrong signature": (docent) => forge(docent, { key: otherSecret }),
  "alg: none": (docent) => forgeUnsigned(docent, "none"),
  "another algorithm": (docent) => forge(docent, { algorithm: "HS512" }),
  "a wrong audience": (docent) => forge(docent, { claims: { aud: "else" } }),
  "a wrong issuer": (docent) => forge(docent, { claims: { iss: "else" } }),
  "an integer subject": (docent) => forge(docent, { claims: { sub: 7 } }),
  "no subject": (docent) => forge(docent, { claims: { sub: undefined } }),
  "no expiry": (docent) => forge(docent, { claims: { exp: undefined } }),
  "another's session": async (docent) =>
    forge(docent, { claims: { sid: (await signIn(docent)).sessionId } }),
  "a session that has ended": (docent) => forge(docent, { claims: { sid: crypto.randomUUID() } }),
  "an operator's key that is not ours": () => Promise.resolve("k".repeat(49)),
  "a word": () => Promise.resolve("nonsense"),
} satisfies Record<string, (docent: TestApp) => Promise<string | undefined>>;

export type Caller = keyof typeof callers;

function tokenOf({ headers }: { headers: { authorization: string } }): string {
  return headers.authorization.replace("Bearer ", "");
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
