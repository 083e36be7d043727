import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { adminKey } from "../../support/clients/callers.ts";
import { hostileBody } from "../../support/hostile/bodies.ts";
import { createRandom } from "../../support/hostile/random.ts";
import { signIn } from "../../support/clients/signed-in.ts";

let docent: TestApp;
let user: { authorization: string };
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: adminKey });
  user = (await signIn(docent)).headers;
});
afterAll(() => docent.close());

test("no body, however strange, is answered with a fault of the server", async () => {
  const next = createRandom(31);
  const operator = { authorization: `Bearer ${adminKey}` };
  const statuses = new Map<number, number>();
  const accepted = new Set<string>();
  for (let round = 0; round < 300; round += 1) {
    const { method, path, body } = hostileBody(next, 20_000);
    const caller = path === "/api/documents" ? operator : user;
    const headers = { "content-type": "application/json", ...caller };
    const response = await docent.fetch(path, { method, headers, body });
    await response.arrayBuffer();
    expect(response.status, `${method} ${path} ${body.slice(0, 200)}`).toBeLessThan(500);
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    if (response.ok) accepted.add(path);
  }
  // The bodies reach the features: some are accepted, most are not.
  expect(statuses.get(400)).toBeGreaterThan(20);
  const paths = ["/api/chat", "/api/documents", "/api/tasks"];
  expect([...accepted].sort()).toEqual(paths);
});
