import { Problem } from "./problem.ts";

const exposed =
  "x-request-id, retry-after, ratelimit, ratelimit-policy, etag, location, content-disposition";
/** Told where a preflight does not name the headers that it asks about. */
const usualHeaders =
  "authorization, content-type, accept, last-event-id, if-match, if-none-match, x-request-id, mcp-protocol-version, mcp-method, mcp-name";

export interface OriginPolicy {
  /** Whether a page of this origin may read answers; Docent's own origin may. */
  allows(origin: string, request: Request): boolean;
}

/**
 * Allows the listed origins, exact or with a wildcard for one label (`https://*.example.app`), and Docent's own.
 * Its own is recognised by the Host header alone, because behind a TLS proxy the scheme is not the browser's.
 */
export function createOriginPolicy(patterns: readonly string[]): OriginPolicy {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes("*")));
  const wildcards = patterns
    .filter((pattern) => pattern.includes("*"))
    .map((pattern) => {
      const [before = "", after = ""] = pattern.split("*");
      return { before, after };
    });
  return {
    allows: (origin, request) =>
      exact.has(origin) ||
      wildcards.some(({ before, after }) => matches(origin, before, after)) ||
      isSameHost(origin, request),
  };
}

function matches(origin: string, before: string, after: string): boolean {
  const label = origin.slice(before.length, origin.length - after.length);
  return origin.startsWith(before) && origin.endsWith(after) && /^[a-z0-9-]+$/i.test(label);
}

function isSameHost(origin: string, request: Request): boolean {
  const url = parseUrl(origin);
  const host = request.headers.get("host") ?? parseUrl(request.url)?.host;
  // A Host may name the scheme's own port, an origin never does.
  return url?.origin === origin && parseUrl(`${url.protocol}//${host}`)?.origin === origin;
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** CORS headers of an answer. Always with `Vary`: a cache must not serve one origin's answer to another. */
export function corsHeaders(policy: OriginPolicy, request: Request): Record<string, string> {
  const origin = request.headers.get("origin");
  if (origin === null || !policy.allows(origin, request)) return { vary: "origin" };
  return {
    vary: "origin",
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": exposed,
  };
}

/** Names of headers (RFC 9110 §5.6.1 and §5.6.2), as browsers ask about them. */
const headerNames = /^[\w!#$%&'*+.^`|~, \t-]{1,2000}$/;

/**
 * Headers that answer a preflight. Whatever headers it asks about are allowed: clients and tracing add their own, such
 * as `x-stainless-os` and `traceparent`, and none of them gives a page of a listed origin anything more.
 *
 * @param methods those of the path, separated by commas
 */
export function preflightHeaders(methods: string, { headers }: Request): Record<string, string> {
  const asked = headers.get("access-control-request-headers") ?? "";
  return {
    vary: "origin, access-control-request-headers",
    "access-control-allow-methods": methods,
    "access-control-allow-headers": headerNames.test(asked) ? asked : usualHeaders,
    "access-control-max-age": "7200",
  };
}

/**
 * Refuses a state-changing request from a page of an origin that is not allowed. CORS alone does not: it
 * hides the answer but lets the request through, and the proxy of a Space answers preflights itself.
 *
 * @throws Problem 403 `origin_not_allowed`
 */
export function refuseForeignOrigin(policy: OriginPolicy, request: Request): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const origin = request.headers.get("origin");
  if (origin !== null && !policy.allows(origin, request)) {
    throw new Problem(
      403,
      "origin_not_allowed",
      "This origin is not listed. Add it to ALLOWED_ORIGINS to let its pages talk to Docent.",
    );
  }
}
