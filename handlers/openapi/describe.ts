import type { GenericSchema } from "valibot";
import { chatEvent } from "../contract/chat.ts";
import { openaiErrorBody } from "../contract/problem.ts";
import type { Tool } from "../lib/tool.ts";
import type { Access } from "../http/context.ts";
import type { Route } from "../http/route.ts";
import { describeProblemBody, describeProblems } from "./describe-problems.ts";
import { describeSchema } from "./describe-schema.ts";

/** OpenAPI 3.1 cannot describe the events of a stream. */
const eventStream = {
  type: "string",
  description: "Server-sent events; the `data` of each is a ChatEvent as JSON",
};

const lastEventId = {
  name: "Last-Event-ID",
  in: "header",
  required: false,
  description:
    "The id of the last event received: the rest of that answer is sent, and a question in the body is not asked again; 204 when nothing is left to send",
  schema: { type: "string" },
};

/** A file of a form. Files may have any names. */
const file = { type: "string", contentMediaType: "application/octet-stream" };

const security: Readonly<Record<Access, readonly object[]>> = {
  public: [],
  anyone: [{}, { bearer: [] }],
  guest: [{}, { bearer: [] }],
  token: [{ bearer: [] }],
  user: [{ bearer: [] }],
  admin: [{ operator: [] }],
};

/**
 * The OpenAPI 3.1 document of these routes and of the assistant's tools, made from the schemas that
 * validate requests and calls.
 */
export function describeRoutes(
  routes: readonly Route[],
  tools: readonly Tool[],
  version: string,
): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = describeRoute(route);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Docent", version, license: { name: "MIT", identifier: "MIT" } },
    paths,
    components: {
      schemas: {
        Problem: describeProblemBody(),
        OpenAIError: describeSchema(openaiErrorBody, "output"),
        ChatEvent: describeSchema(chatEvent, "output"),
        ...describeTools(tools),
      },
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description:
            "An access token; where an operation names a scope, also an API key that has it",
        },
        operator: { type: "http", scheme: "bearer", description: "ADMIN_API_KEY" },
      },
    },
  };
}

/** The arguments of `tool_call` events, such as AddTaskArguments. */
function describeTools(tools: readonly Tool[]): Record<string, object> {
  const described = tools.map(({ name, description, input }) => {
    const title = name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return [`${title}Arguments`, { ...describeSchema(input, "input"), description }];
  });
  return Object.fromEntries(described);
}

function describeRoute(route: Route): object {
  const parameters = [
    ...describeParameters("path", route.params),
    ...describeParameters("query", route.query),
    ...(route.streams ? [lastEventId] : []),
  ];
  return {
    summary: route.summary,
    tags: [tagOf(route.path)],
    ...describeScope(route),
    security: security[route.access],
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && {
      requestBody: {
        required: route.emptyBody === "refused",
        content: {
          "application/json": { schema: describeSchema(route.body, "input") },
          ...(route.form && {
            "multipart/form-data": {
              schema: { ...describeSchema(route.form, "input"), additionalProperties: file },
            },
          }),
        },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.output).map(([status, schema]) => [
          status,
          describeAnswer(schema, status === "200" ? route : undefined),
        ]),
      ),
      ...describeProblems(route),
    },
  };
}

const tags: Readonly<Record<string, string>> = {
  conversation: "conversations",
  ready: "health",
  "openapi.json": "docs",
  "llms.txt": "llms",
  "llms-full.txt": "llms",
  ".well-known": "mcp",
};

/** A path's tag: its first segment after `api`. */
function tagOf(path: string): string {
  const word = path.split("/").find((part) => !["", "api", "v1"].includes(part)) ?? "service";
  return tags[word] ?? word;
}

function describeScope({ access, scope }: Route): object {
  if (scope === "any") return { description: "An API key's scopes decide what it may do here." };
  if (access === "public" || access === "admin" || scope === "account") return {};
  return { description: `API keys need the scope \`${scope}\`.` };
}

/** @param route of an answer that may come in other media types than JSON */
function describeAnswer(schema: GenericSchema | undefined, route: Route | undefined): object {
  const content = {
    ...(schema && { "application/json": { schema: describeSchema(schema, "output") } }),
    ...(route?.streams && { "text/event-stream": { schema: eventStream } }),
    ...Object.fromEntries(
      (route?.mediaTypes ?? []).map((type) => [type, { schema: { type: "string" } }]),
    ),
  };
  const hasContent = Object.keys(content).length > 0;
  return {
    description: hasContent ? "Done" : "Done, no content",
    ...(hasContent && { content }),
  };
}

function describeParameters(place: "path" | "query", schema: GenericSchema | undefined): object[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = describeSchema(schema, "input");
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: property,
  }));
}
