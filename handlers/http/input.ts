import { safeParse, type BaseIssue, type GenericSchema } from "valibot";
import { hasNul } from "../lib/text.ts";
import { describeIssue } from "../lib/text-schema.ts";
import { readForm } from "./body/multipart.ts";
import type { FieldError } from "../contract/problem.ts";
import { parseJson } from "./body/parse-json.ts";
import { invalidField, Problem } from "./problem.ts";
import { readBytes } from "./body/read-bytes.ts";
import type { Route, RouteInput } from "./route.ts";

const maximumErrors = 20;

/** Of an error's message in UTF-16 units: the library's own messages repeat what was sent. */
const maximumMessage = 200;

/**
 * Reads a request's path parameters, query and body or form, and checks them with the route's schemas.
 *
 * @throws Problem 400 with at most 20 errors for each part, 408, 413 or 415
 */
export async function readInput(
  route: Route,
  request: Request,
  params: Readonly<Record<string, string>>,
  defaultBodyLimit: number,
): Promise<RouteInput<unknown, unknown, unknown, unknown>> {
  const errors: FieldError[] = [];
  const limit = route.bodyLimit ?? defaultBodyLimit;
  const sent = sendsForm(route, request)
    ? await readForm(await readBytes(request, limit), contentType(request))
    : undefined;
  const input = {
    params: route.params && check("params", route.params, decodeParams(params), errors),
    query: route.query && check("query", route.query, readQuery(request), errors),
    body:
      route.body && !sent
        ? check("body", route.body, await readBody(route, request, limit), errors)
        : undefined,
    form: sent &&
      route.form && {
        files: sent.files,
        fields: check("form", route.form, sent.fields, errors),
      },
  };
  if (errors.length > 0) {
    const detail = errors.map((error) => `${error.path}: ${error.message}`).join("; ");
    throw new Problem(400, "invalid_input", detail.slice(0, 500), { errors });
  }
  return input;
}

function sendsForm(route: Route, request: Request): boolean {
  return route.form !== undefined && /^multipart\/form-data\b/i.test(contentType(request));
}

function contentType(request: Request): string {
  return request.headers.get("content-type") ?? "";
}

function check(name: string, schema: GenericSchema, value: unknown, errors: FieldError[]): unknown {
  // One rule of a field is enough to report: the next one may be expensive where it does not hold.
  const result = safeParse(schema, value, { abortPipeEarly: true });
  if (result.success) return result.output;
  for (const issue of result.issues.slice(0, maximumErrors)) {
    const path = issue.path?.map((item) => String(item.key)) ?? [];
    errors.push({ path: [name, ...path].join("."), message: describe(issue) });
  }
  return undefined;
}

function describe(issue: BaseIssue<unknown>): string {
  const message = describeIssue(issue);
  return message.length > maximumMessage ? `${message.slice(0, maximumMessage)} …` : message;
}

/** The router leaves path parameters percent-encoded. */
function decodeParams(params: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decode(value)]));
}

function readQuery(request: Request): Record<string, string> {
  const start = request.url.indexOf("?");
  if (start < 0) return {};
  const query: Record<string, string> = {};
  for (const pair of request.url.slice(start + 1).split("&")) {
    if (pair === "") continue;
    const [name = "", ...value] = pair.split("=");
    query[decode(name.replaceAll("+", " "))] = decode(value.join("=").replaceAll("+", " "));
  }
  return query;
}

/** @throws Problem 400 for U+0000 and for bytes that are not UTF-8, which URLSearchParams would replace by `�` */
function decode(text: string): string {
  try {
    const decoded = decodeURIComponent(text);
    if (!hasNul(decoded)) return decoded;
  } catch {
    // The same answer as for U+0000.
  }
  throw new Problem(400, "invalid_encoding", "The URL has a broken percent-encoding.");
}

async function readBody(route: Route, request: Request, limit: number): Promise<unknown> {
  if (route.emptyBody === "refused") requireJson(request);
  const bytes = await readBytes(request, limit);
  if (route.emptyBody === "accepted" && bytes.length === 0) return {};
  requireJson(request);
  const body = parseJson(bytes);
  // The library's object schemas take a list for an object without fields.
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw invalidField("body", "must be a JSON object");
  }
  return body;
}

/** @throws Problem 415 */
function requireJson(request: Request): void {
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType(request))) {
    throw new Problem(415, "unsupported_media_type", "Send the body as application/json.");
  }
}
