import { assetMediaType } from "../../../adapters/assets/media-types.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adminKey, callers } from "../../support/clients/callers.ts";
import { createProviderApp } from "../../support/clients/provider-visitor.ts";
import { smallestRequest } from "../../support/clients/requests.ts";
import { createRecordingLogger, type TestApp } from "../../support/apps/test-app.ts";
import { createEarlyAnswers } from "../../../handlers/early-answers.ts";
import { createRouter } from "../../../handlers/http/router.ts";
import { systemClock } from "../../../handlers/lib/time.ts";
import { openapiRoutes } from "../../../handlers/openapi/routes.ts";
import { parseSettings } from "../../../handlers/settings/index.ts";

interface Schema {
  readonly type?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly [keyword: string]: unknown;
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly responses: Readonly<Record<string, { readonly content?: Record<string, unknown> }>>;
}

let docent: TestApp;
let paths: Record<string, Record<string, Operation>>;
beforeAll(async () => {
  const assets = {
    read: (name: string) =>
      Promise.resolve({
        body: new TextEncoder().encode("<html></html>"),
        mediaType: assetMediaType(name),
        etag: undefined,
        gzip: undefined,
      }),
  };
  ({ docent } = await createProviderApp({ ADMIN_API_KEY: adminKey }, { assets }));
  ({ paths } = await (await docent.fetch("/openapi.json")).json());
});
afterAll(() => docent.close());

function bodyOf(method: string, path: string): Schema {
  const schema = paths[path]?.[method]?.requestBody?.content["application/json"]?.schema;
  if (!schema) throw new Error(`${method} ${path} has no body`);
  return schema;
}

function field(schema: Schema | undefined, name: string): Schema {
  const found = schema?.properties?.[name];
  if (!found) throw new Error(`no field ${name}`);
  return found;
}

test("a page's limit is an integer between the bounds that the server checks", async () => {
  const limits = Object.entries(paths).flatMap(([path, { get }]) => {
    const found = get?.parameters?.find(({ name }) => name === "limit");
    return found ? [{ path, schema: found.schema }] : [];
  });
  expect(limits.length).toBeGreaterThan(5);
  const user = await callers.user(docent);
  for (const { path, schema } of limits) {
    const token = paths[path]?.["get"]?.security?.[0]?.["operator"] ? adminKey : user;
    const headers = { authorization: `Bearer ${token}` };
    expect(schema, path).toEqual({
      type: "integer",
      minimum: 1,
      maximum: expect.any(Number),
      default: expect.any(Number),
    });
    const address = path.replace("{id}", crypto.randomUUID());
    const status = async (limit: unknown) =>
      (await docent.fetch(`${address}?q=x&limit=${String(limit)}`, { headers })).status;
    expect(await status(Number(schema["maximum"]) + 1), path).toBe(400);
    expect(await status(0), path).toBe(400);
    expect(await status(schema["maximum"]), path).not.toBe(400);
  }
});

test("a cursor has the characters that the server gives out", () => {
  const cursors = Object.values(paths).flatMap(
    ({ get }) => get?.parameters?.filter(({ name }) => name === "cursor") ?? [],
  );
  expect(cursors.length).toBeGreaterThan(4);
  for (const { schema } of cursors) expect(schema["pattern"]).toBe("^[A-Za-z0-9_-]+$");
});

test("texts are as long as the server takes them", () => {
  const task = bodyOf("post", "/api/tasks");
  expect(field(task, "title")).toMatchObject({ minLength: 1, maxLength: 200 });
  expect(field(task, "description").anyOf?.[0]).toMatchObject({ maxLength: 1000 });
  expect(bodyOf("patch", "/api/tasks/{id}")["minProperties"]).toBe(1);
  const account = bodyOf("post", "/api/auth/register");
  expect(field(account, "email")).toMatchObject({ minLength: 6, maxLength: 254 });
  expect(field(account, "password")).toMatchObject({ minLength: 8, maxLength: 128 });
  expect(field(account, "name").anyOf?.[0]).toMatchObject({ maxLength: 100 });
  const key = bodyOf("post", "/api/auth/keys");
  expect(field(key, "name")).toMatchObject({ minLength: 1, maxLength: 100 });
  const question = bodyOf("post", "/api/chat").anyOf?.[0];
  expect(field(question, "message")).toMatchObject({ minLength: 1, maxLength: 2000 });
  expect(field(question, "context").anyOf?.[0]).toMatchObject({ maxLength: 20_000 });
});

/** Limited by the size of the whole body or of all headers, or not at all. */
const unbounded =
  /^(?:content|code|state|error|messages\..*|tools\..*|input(?:\..*)?|instructions|trigger|messageId|Last-Event-ID)$/;

test("every other text in a request has a length, a pattern or a list of values", () => {
  const loose: string[] = [];
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { parameters = [], requestBody }] of Object.entries(operations)) {
      const body = requestBody?.content["application/json"]?.schema ?? {};
      const fields = [...unboundedTexts(body, "")];
      for (const { name, schema } of parameters) fields.push(...unboundedTexts(schema, name));
      for (const name of fields) {
        if (!unbounded.test(name)) loose.push(`${method} ${path} ${name}`);
      }
    }
  }
  expect(loose).toEqual([]);
});

function* unboundedTexts(schema: Schema, name: string): Generator<string> {
  const bounds = ["maxLength", "enum", "const", "format", "pattern"];
  if (schema.type === "string" && !bounds.some((bound) => bound in schema)) yield name;
  for (const option of schema.anyOf ?? []) yield* unboundedTexts(option, name);
  if (schema.items) yield* unboundedTexts(schema.items, name);
  for (const [key, each] of Object.entries(schema.properties ?? {})) {
    yield* unboundedTexts(each, name === "" ? key : `${name}.${key}`);
  }
}

test.each(["application/json", "text/html,*/*"])(
  "every answer to Accept: %s has a media type that the document names",
  async (accept) => {
    const answered: string[] = [];
    for (const route of docent.app.routes) {
      const token = await callers[route.access === "admin" ? "operator" : "user"](docent);
      const headers = { authorization: `Bearer ${token}`, accept };
      const { path, init } = smallestRequest(route, { headers });
      const response = await docent.fetch(path, init);
      const type = response.headers.get("content-type")?.split(";")[0];
      await response.body?.cancel();
      if (!response.ok || type === undefined) continue;
      const name = `${route.method} ${route.path}`;
      answered.push(name);
      const template = route.path.replaceAll(/:(\w+)/g, "{$1}");
      const described = paths[template]?.[route.method.toLowerCase()]?.responses[response.status];
      expect(Object.keys(described?.content ?? {}), name).toContain(type);
    }
    expect(answered).toEqual(expect.arrayContaining(["GET /", "GET /docs", "GET /openapi.json"]));
  },
);

test("a page and its files are described as what they are", () => {
  expect(typesOf("/")).toEqual(["application/json", "text/html"]);
  expect(typesOf("/docs")).toEqual(["text/html"]);
  expect(typesOf("/admin")).toEqual(["text/html"]);
  expect(typesOf("/docs/swagger-ui.css")).toEqual(["text/css"]);
  expect(typesOf("/docs/swagger-ui-bundle.js")).toEqual(["text/javascript"]);
  expect(typesOf("/api/conversations/{id}/export")).toEqual([
    "application/json",
    "text/markdown",
    "text/plain",
  ]);
});

function typesOf(path: string): string[] {
  return Object.keys(paths[path]?.["get"]?.responses["200"]?.content ?? {});
}

test("the document is made once: no limit counts who asks for it", async () => {
  let made = 0;
  const read = () => {
    made += 1;
    return { routes: docent.app.routes, tools: [], version: "1" };
  };
  const { logger } = createRecordingLogger();
  const { routing } = createEarlyAnswers(
    { logger, clock: systemClock },
    parseSettings({}).settings,
  );
  const router = createRouter(openapiRoutes(read), routing);
  const ask = async () => (await router(new Request("http://localhost/openapi.json"), {})).text();
  const first = await ask();
  expect([await ask(), made]).toEqual([first, 1]);
});
