import { toJsonSchema } from "@valibot/to-json-schema";
import type { Route } from "../../../handlers/http/route.ts";

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly format?: string;
}

const password = "korrekt pferd batterie";

/** Bodies for schemas with rules that JSON Schema cannot express. */
const bodies: Readonly<Record<string, () => object>> = {
  "PATCH /api/tasks/:id": () => ({ title: "x" }),
  "POST /api/auth/keys": () => ({ name: "x", scopes: ["chat"] }),
  "POST /api/auth/login": () => ({ email: "nobody@example.org", password }),
  "POST /api/auth/register": () => ({ email: `${crypto.randomUUID()}@example.org`, password }),
  "POST /api/chat": () => ({ message: "x" }),
  "POST /api/documents": () => ({ path: "x.md", content: "x" }),
  "POST /mcp": () => ({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
  "POST /v1/chat/completions": () => ({
    model: "docent",
    messages: [{ role: "user", content: "x" }],
  }),
  "POST /v1/responses": () => ({ model: "docent", input: "x" }),
};

const someId = "01900000-0000-7000-8000-000000000000";

/** The smallest request a route's schemas accept. */
export function smallestRequest(
  route: Route,
  { id = someId, headers = {} }: { id?: string; headers?: Record<string, string> } = {},
): { path: string; init: RequestInit } {
  const query = new URLSearchParams(stringsOf(route.query && smallest(describe(route.query))));
  const path = route.path.replaceAll(/:\w+/g, id) + (query.size > 0 ? `?${query}` : "");
  const value = bodies[`${route.method} ${route.path}`]?.();
  const body = route.body && JSON.stringify(value ?? smallest(describe(route.body)));
  return {
    path,
    init: {
      method: route.method,
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      ...(body !== undefined && { body }),
    },
  };
}

function describe(schema: NonNullable<Route["body"]>): Schema {
  return toJsonSchema(schema, { typeMode: "input", errorMode: "ignore" }) as Schema;
}

function smallest(schema: Schema): unknown {
  if ("const" in schema) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf?.[0]) return smallest(schema.anyOf[0]);
  if (schema.format === "email") return "somebody@example.org";
  switch (schema.type) {
    case "object":
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [name, smallest(schema.properties?.[name] ?? {})]),
      );
    case "array":
      return Array.from({ length: schema.minItems ?? 0 }, () => smallest(schema.items ?? {}));
    case "boolean":
      return true;
    case "integer":
    case "number":
      return schema.minimum ?? 0;
    case "string":
    case undefined:
    default:
      return "x".repeat(Math.max(schema.minLength ?? 1, 1));
  }
}

function stringsOf(values: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]) => [name, String(value)]),
  );
}

/** The problem that a body tells, in Docent's shape or, under /v1, in OpenAI's. */
export async function readProblem(
  response: Response,
): Promise<{ code: string; errors: object[] | undefined; message: string }> {
  const { code, errors, detail, error } = await response.json();
  return { code: error?.code ?? code, errors, message: error?.message ?? detail };
}
