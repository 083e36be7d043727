import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
