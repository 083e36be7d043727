import { afterAll, beforeAll, expect, test } from "vitest";
import type { Route } from "../../../handlers/http/route.ts";
import { adminKey, callers, type Caller } from "../../support/clients/callers.ts";
import { createProviderApp } from "../../support/clients/provider-visitor.ts";
import { readProblem, smallestRequest } from "../../support/clients/requests.ts";
import type { TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
beforeAll(async () => {
  ({ docent } = await createProviderApp({ ADMIN_API_KEY: adminKey }));
});
afterAll(() => docent.close());

/** The guard refuses the first; the database the second, in a statement of the route's own where it leaves that to it. */
const refused: readonly Caller[] = ["a word", "a session that has ended"];

const challenges: Readonly<Record<string, string>> = {
  invalid_token: 'Bearer error="invalid_token"',
  missing_token: "Bearer",
  invalid_credentials: "Bearer",
};

function challengeOf({ resourceMetadata }: Route, code: string): string | undefined {
  const challenge = challenges[code];
  // RFC 9728 §5.1
  return resourceMetadata === undefined
    ? challenge
    : `${challenge}, resource_metadata="https://ada-docent.hf.space${resourceMetadata}"`;
}

async function ask(route: Route, caller: Caller): Promise<Response> {
  const token = await callers[caller](docent);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const { path, init } = smallestRequest(route, { headers });
  return docent.fetch(path, init);
}

test("every route that can answer 401 says with `WWW-Authenticate` how to come in (RFC 9110 §15.5.2)", async () => {
  const canRefuse = docent.app.routes.filter(
    ({ access, problems }) => access !== "public" || 401 in problems,
  );
  const found: object[] = [];
  for (const route of canRefuse) {
    for (const caller of refused) {
      const response = await ask(route, caller);
      const challenge = response.headers.get("www-authenticate");
      const { code } = await readProblem(response);
      if (response.status !== 401 || challenge !== challengeOf(route, code)) {
        const { method, path } = route;
        found.push({ method, path, caller, status: response.status, code, challenge });
      }
    }
  }
  expect(found).toEqual([]);
});

test("so does every 401 to a caller without a token", async () => {
  const codes = new Set<string>();
  for (const route of docent.app.routes) {
    const response = await ask(route, "nobody");
    if (response.status !== 401) continue;
    const { code } = await readProblem(response);
    expect(response.headers.get("www-authenticate")).toBe(challenges[code]);
    codes.add(code);
  }
  expect([...codes].sort()).toEqual(["invalid_credentials", "invalid_token", "missing_token"]);
});
