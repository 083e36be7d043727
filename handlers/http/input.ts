import { safeParse, type GenericSchema } from "valibot";
import { hasNul, maximumDepth } from "../lib/text.ts";
import { readFiles, type UploadedFile } from "./multipart.ts";
import type { FieldError } from "../contract/problem.ts";
import { Problem } from "./problem.ts";
import type { Route, RouteInput } from "./route.ts";

const maximumErrors = 20;

/**
 * Reads a request's path parameters, query and body or files, and checks them with the route's schemas.
 *
 * @throws Problem 400 with at most 20 errors for each part, 413 or 415
 */
export async function readInput(
  route: Route,
  request: Request,
  params: Readonly<Record<string, string>>,
  defaultBodyLimit: number,
): Promise<RouteInput<unknown, unknown, unknown>> {
  const errors: FieldError[] = [];
  const limit = route.bodyLimit ?? defaultBodyLimit;
  const files = takesFiles(route, request) ? await readForm(request, limit) : undefined;
  const input = {
    params: route.params && check("params", route.params, decodeParams(params), errors),
    query: route.query && check("query", route.query, readQuery(request), errors),
    body:
      route.body && !files
        ? check("body", route.body, await readBody(route, request, limit), errors)
        : undefined,
    files,
  };
  if (errors.length > 0) {
    const detail = errors.map((error) => `${error.path}: ${error.message}`).join("; ");
    throw new Problem(400, "invalid_input", detail.slice(0, 500), { errors });
  }
  return input;
}

function takesFiles(route: Route, request: Request): boolean {
  return route.files === "accepted" && /^multipart\/form-data\b/i.test(contentType(request));
}

async function readForm(request: Request, limit: number): Promise<UploadedFile[]> {
  return readFiles(await readBytes(request, limit), contentType(request));
}

function contentType(request: Request): string {
  return request.headers.get("content-type") ?? "";
}

function check(name: string, schema: GenericSchema, value: unknown, errors: FieldError[]): unknown {
  const result = safeParse(schema, value);
  if (result.success) return result.output;
  for (const issue of result.issues.slice(0, maximumErrors)) {
    const path = issue.path?.map((item) => String(item.key)) ?? [];
    errors.push({ path: [name, ...path].join("."), message: issue.message });
  }
  return undefined;
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
  return parseJson(bytes);
}

/** @throws Problem 415 */
function requireJson(request: Request): void {
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType(request))) {
    throw new Problem(415, "unsupported_media_type", "Send the body as application/json.");
  }
}

/** @throws Problem 400 */
function parseJson(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  if (isTooDeep(text)) {
    throw new Problem(
      400,
      "invalid_json",
      `The JSON is nested deeper than ${maximumDepth} levels.`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem(400, "invalid_json", "The body is not valid JSON.", { cause });
  }
}

/**
 * The request's whole body.
 *
 * @throws Problem 400 when the connection ends early, 413 for more than `limit` bytes
 */
async function readBytes(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge(limit);
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await readChunk(reader);
    if (done) break;
    length += value.byteLength;
    if (length > limit) {
      void discard(reader);
      throw tooLarge(limit);
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

type BodyReader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

async function readChunk(reader: BodyReader) {
  try {
    return await reader.read();
  } catch (cause) {
    throw new Problem(
      400,
      "incomplete_body",
      "The connection ended before the body was complete.",
      { cause },
    );
  }
}

/**
 * Reads the rest of the body and drops it. Cancelling would reset the connection before the caller has
 * read the answer, and leaving the rest unread would hold up the connection's next request.
 */
async function discard(reader: BodyReader): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // The client has gone: there is nothing left to read.
  }
}

function tooLarge(limit: number): Problem {
  return new Problem(413, "body_too_large", `The body is larger than ${limit} bytes.`);
}

/** @throws Problem 400 */
function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem(400, "invalid_encoding", "The body is not valid UTF-8.", { cause });
  }
}

/** Whether the JSON nests deeper than 32 levels; counts brackets outside strings, before anything is parsed. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (inString) {
      if (unit === 92) index += 1;
      else if (unit === 34) inString = false;
    } else if (unit === 34) inString = true;
    else if (unit === 91 || unit === 123) {
      depth += 1;
      if (depth > maximumDepth) return true;
    } else if (unit === 93 || unit === 125) depth -= 1;
  }
  return false;
}
