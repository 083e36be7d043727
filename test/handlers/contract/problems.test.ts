import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerFailures } from "../../../handlers/contract/chat.ts";
import { problemKinds } from "../../../handlers/contract/problems.ts";
import { helpsToRetry } from "../../../handlers/contract/retrying.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const kinds = new Map<string, { readonly status: number }>(Object.entries(problemKinds));

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp();
});
afterAll(() => docent.close());

describe("problem codes", () => {
  test("the README names none that does not exist, and none with another status", () => {
    const readme = readFileSync("README.md", "utf8");
    const named = [...readme.matchAll(/\b([45]\d\d)(?: \| | )`([a-z_]+)`/g)];
    expect(named.length).toBeGreaterThan(kinds.size);
    for (const [words, status, code = ""] of named) {
      expect(kinds.get(code)?.status, words).toBe(Number(status));
    }
  });

  test("a route's description names none that does not exist, and none with another status", () => {
    const named = docent.app.routes.flatMap(({ path, problems }) =>
      Object.entries(problems).flatMap(([status, words]) =>
        [...words.matchAll(/\b[a-z]+(?:_[a-z]+)+\b/g)].map(([code]) => ({ path, status, code })),
      ),
    );
    expect(named.length).toBeGreaterThan(5);
    for (const { path, status, code } of named) {
      expect(kinds.get(code)?.status, `${path}: ${code}`).toBe(Number(status));
    }
  });

  test("OpenAPI lists them all", async () => {
    const { components } = await (await docent.fetch("/openapi.json")).json();
    expect(components.schemas.Problem.properties.code.enum).toEqual([...kinds.keys()]);
    for (const code of kinds.keys()) {
      expect(components.schemas.Problem.description).toContain(`\`${code}\``);
    }
  });

  test("each is said somewhere", () => {
    const said = sourcesOf("handlers").join("\n");
    expect([...kinds.keys()].filter((code) => !said.includes(`"${code}"`))).toEqual([]);
  });

  test("an answer that fails for now can be retried, one that fails for good cannot", () => {
    const retried = answerFailures.filter((code) => helpsToRetry(problemKinds[code].status, code));
    expect(retried).toEqual(["unavailable", "moved", "timeout", "answer_not_saved", "interrupted"]);
  });

  test("what a proxy answers in Docent's place is judged by its status", () => {
    expect([429, 502, 503].map((status) => helpsToRetry(status, undefined))).not.toContain(false);
    expect([400, 403, 404].map((status) => helpsToRetry(status, undefined))).not.toContain(true);
  });
});

test("OpenAPI describes what the stream's events hold", async () => {
  const { components, paths } = await (await docent.fetch("/openapi.json")).json();
  const types = components.schemas.ChatEvent.oneOf.map(
    (event: { properties: { type: { const: string } } }) => event.properties.type.const,
  );
  expect(types).toEqual(expect.arrayContaining(["metadata", "token", "done", "error"]));
  const { content } = paths["/api/chat"].post.responses[200];
  expect(content["text/event-stream"].schema.description).toContain("ChatEvent");
});

/** The text of every module that could throw a problem. */
function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(({ name, parentPath }) => name.endsWith(".ts") && !/contract|client/.test(parentPath))
    .map(({ name, parentPath }) => readFileSync(join(parentPath, name), "utf8"));
}
