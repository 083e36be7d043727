import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Access } from "../../../handlers/http/context.ts";
import type { Route } from "../../../handlers/http/route.ts";
import { adminKey, callers, type Caller } from "../../support/clients/callers.ts";
import { createProviderApp } from "../../support/clients/provider-visitor.ts";
import { smallestRequest } from "../../support/clients/requests.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

/** Who may use what. A route that is not here is for signed-in users; whoever adds to this has thought about it. */
const open: Readonly<Partial<Record<Access, readonly string[]>>> = {
  public: [
    "GET /",
    "GET /.well-known/oauth-protected-resource",
    "GET /.well-known/oauth-protected-resource/mcp",
    "GET /admin",
    "GET /api/auth/huggingface",
    "GET /api/auth/providers",
    "GET /api/health",
    "GET /c/:id",
    "GET /docs",
    "GET /docs/swagger-ui-bundle.js",
    "GET /docs/swagger-ui.css",
    "GET /health",
    "GET /health/circuits",
    "GET /login/callback",
    "GET /openapi.json",
    "GET /parts/:name",
    "GET /ready",
    "POST /api/auth/guest",
    "POST /api/auth/logout",
    "POST /api/auth/refresh",
  ],
  anyone: ["POST /api/auth/huggingface/redeem", "POST /api/auth/login", "POST /api/auth/register"],
  token: [
    "DELETE /v1/responses/:id",
    "GET /api/auth/me",
    "GET /v1/models",
    "GET /v1/models/:id",
    "GET /v1/responses/:id",
    "POST /v1/chat/completions",
    "POST /v1/responses",
    "POST /v1/responses/:id/cancel",
  ],
  guest: [
    "DELETE /api/conversations/:id",
    "GET /api/chat/:id/stream",
    "GET /api/conversation/:id",
    "GET /api/conversations",
    "GET /api/conversations/:id",
    "GET /api/conversations/:id/export",
    "GET /api/documents",
    "GET /api/documents/:id",
    "GET /api/search",
    "GET /api/suggestions",
    "GET /llms-full.txt",
    "GET /llms.txt",
    "GET /llms/:id.md",
    "PATCH /api/conversations/:id",
    "POST /api/chat",
    "POST /api/chat/:id/stop",
    "POST /api/chat/:message_id/feedback",
    "POST /mcp",
  ],
  admin: [
    "DELETE /api/documents/:id",
    "GET /api/documents/ingest",
    "GET /api/feedback",
    "GET /api/questions",
    "GET /api/usage",
    "GET /metrics",
    "POST /api/documents",
    "POST /api/documents/ingest",
  ],
};

/** The code of the refusal; undefined for those who are let in. */
type Refusals = Readonly<Record<Caller, string | undefined>>;

const bad = "invalid_token";
const forged = Object.fromEntries(Object.keys(callers).map((caller) => [caller, bad])) as Refusals;
const everybody = Object.fromEntries(
  Object.keys(callers).map((caller) => [caller, undefined]),
) as Refusals;

const withoutToken = { ...forged, guest: undefined, user: undefined };
const withToken: Refusals = { ...withoutToken, nobody: "missing_token" };
const user: Refusals = { ...withToken, guest: "account_required" };
const byAccess: Readonly<Record<Access, Refusals>> = {
  public: everybody,
  anyone: { ...withoutToken, nobody: undefined },
  guest: { ...withoutToken, nobody: undefined, operator: undefined },
  token: withToken,
  user,
  admin: { ...forged, operator: undefined },
};
const refusals = {
  public: byAccess,
  users: { ...byAccess, guest: { ...user, operator: undefined } },
} as const;

/** An API key opens what its scopes name, and nothing that is for people alone. */
function refusalOfKey({ access, scope }: Route): string | undefined {
  if (access === "public") return undefined;
  if (access === "admin") return bad;
  if (scope === "account") return "session_required";
  if (scope === "any") return undefined;
  return scope === "search" ? undefined : "scope_missing";
}

const statuses: Readonly<Record<string, number>> = {
  missing_token: 401,
  invalid_token: 401,
  account_required: 403,
  session_required: 403,
  scope_missing: 403,
};

describe.each(["public", "users"] as const)("with CHAT_ACCESS=%s", (chatAccess) => {
  let docent: TestApp;
  beforeAll(async () => {
    ({ docent } = await createProviderApp({ CHAT_ACCESS: chatAccess, ADMIN_API_KEY: adminKey }));
  });
  afterAll(() => docent.close());

  test.each(Object.keys(callers) as Caller[])("every route answers: %s", async (caller) => {
    const wrong: object[] = [];
    let token = await callers[caller](docent);
    for (const route of docent.app.routes) {
      const code =
        caller === "an API key for searching"
          ? refusalOfKey(route)
          : refusals[chatAccess][route.access][caller];
      const answer = await ask(docent, route, token);
      const isRight =
        code === undefined
          ? await isLetIn(docent, route, answer)
          : answer.status === statuses[code] && answer.code === code;
      // A route that is not public and lets the caller in may have ended the session.
      if (code === undefined && route.access !== "public") token = await callers[caller](docent);
      if (!isRight) wrong.push({ route: nameOf(route), access: route.access, answer, code });
    }
    expect(wrong).toEqual([]);
  });

  test("refusals say how to come in, and nothing else", async () => {
    for (const route of docent.app.routes.filter(({ access }) => access !== "public")) {
      const { path, init } = smallestRequest(route, { headers: { authorization: "Bearer x" } });
      const response = await docent.fetch(path, init);
      expect(response.headers.get("www-authenticate")).toContain("Bearer");
      const body = await response.json();
      if (route.path.startsWith("/v1/")) {
        expect(Object.keys(body.error).sort()).toEqual(["code", "message", "param", "type"]);
        continue;
      }
      expect(Object.keys(body).sort()).toEqual([
        "code",
        "detail",
        "request_id",
        "status",
        "title",
        "type",
      ]);
    }
  });
});

test("what others than signed-in users may use is on the list", async () => {
  const docent = await createTestApp();
  const found: Partial<Record<Access, string[]>> = {};
  for (const route of docent.app.routes) {
    if (route.access !== "user") (found[route.access] ??= []).push(nameOf(route));
  }
  for (const names of Object.values(found)) names.sort();
  expect(found).toEqual(open);
  await docent.close();
});

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
}

async function ask(docent: TestApp, route: Route, token: string | undefined): Promise<Answer> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const { path, init } = smallestRequest(route, { headers });
  const response = await docent.fetch(path, init);
  const text = await response.text();
  return { status: response.status, code: response.ok ? undefined : codeOf(text) };
}

/** The code of a problem, or of an error under /v1; undefined where there is no JSON. */
function codeOf(text: string): string | undefined {
  if (!text.startsWith("{")) return undefined;
  const body = JSON.parse(text);
  return body.error?.code ?? body.code;
}

/** A public route takes no notice of tokens; the others do not refuse what is well-formed. */
async function isLetIn(docent: TestApp, route: Route, answer: Answer): Promise<boolean> {
  if (route.access === "public") {
    const { status, code } = await ask(docent, route, undefined);
    return answer.status === status && answer.code === code;
  }
  const isRead = ![400, 413, 415, 422].includes(answer.status);
  return isRead && (answer.code === undefined || !(answer.code in statuses));
}

function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}
