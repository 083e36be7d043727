import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { superviseDatabase } from "../../../adapters/databases/supervise.ts";
import type { DatabaseService } from "../../../handlers/ports/database.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { postFrom } from "../../support/clients/from-address.ts";
import type { Misbehaviour } from "../../support/stand-ins/identity-stand-in.ts";
import {
  createProviderApp,
  createProviderVisitor,
  type ProviderApp,
} from "../../support/clients/provider-visitor.ts";
import { countRows, createRecordingLogger } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";

let app: ProviderApp;
let isDatabaseDown = false;
beforeAll(async () => {
  const { logger } = createRecordingLogger();
  const database = superviseDatabase(() => openTestDatabase(logger), logger);
  const failing: DatabaseService = {
    ...database,
    query: (statement) =>
      isDatabaseDown && statement.text.includes("identities")
        ? Promise.reject(new PortFailure("unavailable", "down", { retryable: true }))
        : database.query(statement),
  };
  app = await createProviderApp({}, { database: failing });
});
afterAll(() => app.docent.close());
beforeEach(() => {
  app.standIn.misbehaviour = undefined;
  app.standIn.person = { sub: crypto.randomUUID(), preferred_username: "ada" };
  app.standIn.complaints.length = 0;
});

const rows = () => countRows(app.docent.ports.database);
const expired = "sign-in-error=sign_in_expired";
const refused = "sign-in-error=sign_in_refused";

describe("a provider's answer in the wrong browser", () => {
  test("signs nobody in where no sign-in was begun: the attacker's account cannot be slipped in", async () => {
    const attacker = createProviderVisitor(app);
    const victim = createProviderVisitor(app);
    expect(await victim.comeBack(await attacker.agree())).toBe(expired);
    await victim.open("/api/auth/huggingface");
    expect(await victim.comeBack(await attacker.agree())).toBe(expired);
    expect(victim.cookies.size).toBe(1);
  });

  test("does not end the sign-in that is under way there", async () => {
    const attacker = createProviderVisitor(app);
    const victim = createProviderVisitor(app);
    const back = await victim.agree();
    await victim.comeBack(await attacker.agree());
    expect(await victim.comeBack(back)).toMatch(/^sign-in=/);
  });

  test("is refused by the provider when the attacker's code comes with the victim's own state", async () => {
    const attacker = createProviderVisitor(app);
    const victim = createProviderVisitor(app);
    const back = new URLSearchParams((await victim.agree()).split("?")[1]);
    const stolen = new URLSearchParams((await attacker.agree()).split("?")[1]);
    back.set("code", stolen.get("code") ?? "");
    expect(await victim.comeBack(`/login/callback?${back}`)).toBe(refused);
    expect(app.standIn.complaints).toEqual(["wrong code_verifier"]);
  });

  test.each(["", "state=", "code=x", "code=x&state=y", "error=access_denied&state=y"])(
    "means nothing: ?%s",
    async (query) => {
      const victim = createProviderVisitor(app);
      await victim.agree();
      expect(await victim.comeBack(`/login/callback?${query}`)).toBe(expired);
    },
  );
});

describe("a provider's answer", () => {
  test("is taken once", async () => {
    const visitor = createProviderVisitor(app);
    const back = await visitor.agree();
    const kept = new Map(visitor.cookies);
    await visitor.comeBack(back);
    expect(await visitor.comeBack(back)).toBe(expired);
    for (const [name, value] of kept) visitor.cookies.set(name, value);
    expect(await visitor.comeBack(back)).toBe(refused);
    expect(app.standIn.complaints).toEqual(["the code is unknown or used"]);
  });

  test("is too late after ten minutes, and the browser cannot make its secret younger", async () => {
    const visitor = createProviderVisitor(app);
    const back = await visitor.agree();
    app.pass(600_001);
    expect(await visitor.comeBack(back)).toBe(expired);
    for (const [name, value] of visitor.cookies) {
      visitor.cookies.set(
        name,
        value.replace(/^\d+/, (time) => String(Number(time) + 600_000)),
      );
    }
    expect(await visitor.comeBack(back)).toBe(expired);
  });

  test.each([
    ["access_denied", "access_denied"],
    ["server_error", "provider_error"],
    ["<script>alert(1)</script>", "provider_error"],
  ])("that says no (%s) is told in a word of ours", async (error, reason) => {
    const visitor = createProviderVisitor(app);
    const state = new URLSearchParams((await visitor.agree()).split("?")[1]).get("state") ?? "";
    const query = new URLSearchParams({ error, error_description: "internals", state });
    expect(await visitor.comeBack(`/login/callback?${query}`)).toBe(`sign-in-error=${reason}`);
  });

  const unavailable = "sign-in-error=provider_unavailable";
  test.each<[Misbehaviour, string]>([
    ["wrong nonce", refused],
    ["no nonce", refused],
    ["wrong audience", refused],
    ["another authorized party", refused],
    ["wrong issuer", refused],
    ["expired", refused],
    ["no expiry", refused],
    ["alg: none", refused],
    ["unsigned", refused],
    ["another key", refused],
    ["signed with the client secret", refused],
    ["no ID token", refused],
    ["another subject in userinfo", refused],
    ["refusing", refused],
    ["redirecting", refused],
    ["garbage", unavailable],
    ["error", unavailable],
    ["rate limited", unavailable],
    ["down", unavailable],
    ["slow", unavailable],
  ])("from a provider that is %s writes nothing", async (misbehaviour, reason) => {
    const visitor = createProviderVisitor(app);
    const back = await visitor.agree();
    const before = await rows();
    app.standIn.misbehaviour = misbehaviour;
    expect(await visitor.comeBack(back)).toBe(reason);
    // Attempts are counted, and nothing else is.
    expect({ ...(await rows()), request_counts: 0 }).toEqual({ ...before, request_counts: 0 });
  });

  test.each<Misbehaviour>(["another issuer in discovery", "plain http endpoints"])(
    "is not even asked for where discovery is wrong: %s",
    async (misbehaviour) => {
      const other = await createProviderApp();
      other.standIn.misbehaviour = misbehaviour;
      const begun = await other.docent.fetch("/api/auth/huggingface");
      expect(begun.headers.get("location")).toBe("/#sign-in-error=provider_unavailable");
      await other.docent.close();
    },
  );

  test("waits for another time while our own database is down", async () => {
    const visitor = createProviderVisitor(app);
    const back = await visitor.agree();
    isDatabaseDown = true;
    expect(await visitor.comeBack(back)).toBe("sign-in-error=unavailable");
    isDatabaseDown = false;
  });

  test("is taken a hundred times in five minutes from one address, beside its sign-ins", async () => {
    const platform = { clientAddress: "198.51.100.7" };
    const statuses: number[] = [];
    for (let index = 0; index < 101; index += 1) {
      statuses.push((await app.docent.fetch("/login/callback?code=x", {}, platform)).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 100 }, () => 302), 429]);
    const credentials = { email: "ada@example.org", password: "wrong horse battery" };
    const signIn = await postFrom(app.docent, platform.clientAddress)(
      "/api/auth/login",
      credentials,
    );
    expect(signIn.status).toBe(401);
  });
});
