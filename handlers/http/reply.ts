import { securityHeaders } from "./security-headers.ts";

/** What a handler answers, before the router adds what every response carries. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | ReadableStream<Uint8Array> | null;
}

export function json(body: unknown, status = 200, headers: Reply["headers"] = {}): Reply {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(body),
  };
}

export function noContent(): Reply {
  return { status: 204, headers: {}, body: null };
}

/** What every response carries beside the reply's own headers. */
export interface CommonHeaders {
  readonly requestId: string;
  readonly cors: Readonly<Record<string, string>>;
}

/**
 * The one place a Response is made. Headers go in as one plain object and are not touched again: the
 * Node runtime's light Response then writes them out in a single call.
 */
export function toResponse(reply: Reply, method: string, common: CommonHeaders): Response {
  const { status, body } = reply;
  const headers: Record<string, string> = {
    ...securityHeaders,
    "x-request-id": common.requestId,
    ...common.cors,
    ...reply.headers,
  };
  if (typeof body === "string") headers["content-length"] = String(byteLength(body));
  if (method !== "HEAD") return new Response(body, { status, headers });
  // Nobody will read it: a stream left alone would go on waiting for its reader.
  if (body instanceof ReadableStream) void body.cancel();
  return new Response(null, { status, headers });
}

const encoder = new TextEncoder();

/** Of a text as UTF-8. Short ones are mostly ASCII, and counting that is cheaper than encoding it. */
function byteLength(text: string): number {
  if (text.length > 500) return encoder.encode(text).byteLength;
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 127) return encoder.encode(text).byteLength;
  }
  return text.length;
}
