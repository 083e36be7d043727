import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adminKey, callers } from "../../support/clients/callers.ts";
import { createProviderApp } from "../../support/clients/provider-visitor.ts";
import { readProblem, smallestRequest } from "../../support/clients/requests.ts";
import { wrongRequests } from "../../support/clients/wrong-requests.ts";
import { countRows, createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
let before: Record<string, number>;
beforeAll(async () => {
  docent = await createTestApp();
  before = await countRows(docent.database);
});
afterAll(() => docent.close());

describe("wrong input gets a named problem and leaves no row", () => {
  test.each(Object.entries(wrongRequests()))("%s", async (_, { path, init, status, code }) => {
    const response = await docent.fetch(path, init);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    const problem = await response.json();
    expect({ status: response.status, code: problem.code }).toEqual({ status, code });
    expect(problem.status).toBe(status);
    expect(problem.request_id).toBe(response.headers.get("x-request-id"));
    expect(problem.detail).not.toBe("");
    expect(await countRows(docent.database)).toEqual(before);
  });
});

test("a body that is no JSON object is refused, by every route that takes one", async () => {
  const { docent: app } = await createProviderApp({ ADMIN_API_KEY: adminKey });
  const routes = app.app.routes.filter((route) => route.body !== undefined);
  expect(routes.length).toBeGreaterThan(10);
  for (const route of routes) {
    const token = await callers[route.access === "admin" ? "operator" : "user"](app);
    const headers = { authorization: `Bearer ${token}` };
    const { path, init } = smallestRequest(route, { headers });
    for (const body of ["[null,null]", "[]", "null", '"text"', "7"]) {
      const response = await app.fetch(path, { ...init, body });
      const { code, message } = await readProblem(response);
      const { status } = response;
      expect({ status, code, message }, `${body} to ${route.method} ${route.path}`).toEqual({
        status: 400,
        code: "invalid_input",
        message: "body: must be a JSON object",
      });
    }
  }
  await app.close();
});

test.each([
  ["/api/auth/register", { password: "a quiet lighthouse" }, "body.email: is required"],
  ["/api/tasks", {}, "body.title: is required"],
])("a field that is missing is named, to %s", async (path, body, message) => {
  const headers = { authorization: `Bearer ${await callers.user(docent)}` };
  const response = await docent.post(path, body, headers);
  expect(await readProblem(response)).toMatchObject({ code: "invalid_input", message });
});

test("a query that is missing is named", async () => {
  const response = await docent.fetch("/api/search");
  expect(await readProblem(response)).toMatchObject({ message: "query.q: is required" });
});

test("a stranger's exception is a blank 500, and its message reaches neither answer nor log", async () => {
  const broken = await createTestApp(
    {},
    {
      secrets: {
        read: () => Promise.reject(new TypeError("password=hunter2 in the driver's message")),
      },
    },
  );
  const response = await broken.post("/api/chat", { message: "hi" });
  expect(response.status).toBe(500);
  expect((await response.json()).code).toBe("internal_error");
  expect(JSON.stringify(broken.log)).not.toContain("hunter2");
  expect(broken.log.some(({ level, message }) => level === "error" && message === "request")).toBe(
    true,
  );
  await broken.close();
});
