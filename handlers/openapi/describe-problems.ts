import { problemBody } from "../contract/problem.ts";
import { problemKinds } from "../contract/problems.ts";
import type { Access } from "../http/context.ts";
import type { Route } from "../http/route.ts";
import { describeSchema } from "./describe-schema.ts";

const problemContent = {
  "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
};

const openaiContent = {
  "application/json": { schema: { $ref: "#/components/schemas/OpenAIError" } },
};

/** A route's problems: those under /v1 have the shape that OpenAI's clients read. */
function contentOf({ path, failure }: Route, isOwn = false): object {
  const usual = path.startsWith("/v1/") ? openaiContent : problemContent;
  if (!failure || !isOwn) return usual;
  return { ...usual, "application/json": { schema: describeSchema(failure, "output") } };
}

const tooMany = {
  description: "Too many requests: `rate_limited`",
  headers: {
    "Retry-After": {
      description: "Seconds until one more request is allowed",
      schema: { type: "integer" },
    },
    RateLimit: {
      description: "`r` requests are left; one more in `t` seconds",
      schema: { type: "string" },
    },
    "RateLimit-Policy": {
      description: "At most `q` requests in `w` seconds",
      schema: { type: "string" },
    },
  },
};

/** The problem's schema, with every code, its status and its meaning as the description. */
export function describeProblemBody(): object {
  const codes = Object.entries(problemKinds).map(
    ([code, { status, meaning }]) => `- ${status} \`${code}\`: ${meaning}`,
  );
  return {
    ...describeSchema(problemBody, "output"),
    description: ["Problem details (RFC 9457). The codes:", ...codes].join("\n"),
  };
}

const refusals: Readonly<Record<Access, Readonly<Record<number, string>>>> = {
  public: {},
  anyone: { 401: "The token is invalid" },
  guest: {
    401: "The token is invalid, or one is needed",
    403: "The token does not allow this",
  },
  token: { 401: "The token is missing or invalid", 403: "The token does not allow this" },
  user: {
    401: "The token is missing or invalid",
    403: "The token is a guest's, or does not allow this",
  },
  admin: { 401: "This needs the operator's key" },
};

/** The problems that come with the route's access and limit, the route's own, and all others. */
export function describeProblems(route: Route): Record<string, object> {
  const all: Record<string, string> = { ...refusals[route.access] };
  for (const [status, description] of Object.entries(route.problems)) {
    const usual = all[status];
    all[status] = usual === undefined ? description : `${usual}; ${description}`;
  }
  const described = Object.entries(all).map(([status, description]) => {
    return [status, { description, content: contentOf(route, status in route.problems) }] as const;
  });
  return {
    ...Object.fromEntries(described),
    ...(route.limit !== "none" && { 429: { ...tooMany, content: contentOf(route) } }),
    default: { description: "What went wrong", content: contentOf(route) },
  };
}
