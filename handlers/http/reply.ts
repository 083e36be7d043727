import { securityHeaders } from "./security-headers.ts";

/** A handler's answer, to which the router adds the headers of every response. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
}

/** A reply with a JSON body. */
export function json(body: unknown, status = 200, headers: Reply["headers"] = {}): Reply {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(body),
  };
}

/** 204, without a body. */
export function noContent(): Reply {
  return { status: 204, headers: {}, body: null };
}

/** Headers of every response, besides the security headers. */
export interface CommonHeaders {
  readonly requestId: string;
  readonly cors: Readonly<Record<string, string>>;
}

/**
 * Makes the Response. Its headers are one plain object that is not changed later, which lets the Node
 * runtime's light Response write them in a single call.
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
  else if (body instanceof Uint8Array) headers["content-length"] = String(body.byteLength);
  if (method !== "HEAD") return new Response(body, { status, headers });
  // An answer to HEAD has no body; a stream that is not cancelled would wait for a reader.
  if (body instanceof ReadableStream) void body.cancel();
  return new Response(null, { status, headers });
}

const encoder = new TextEncoder();

/** The length of the text's UTF-8. Short texts are mostly ASCII, which is cheaper to check than to encode. */
function byteLength(text: string): number {
  if (text.length > 500) return encoder.encode(text).byteLength;
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 127) return encoder.encode(text).byteLength;
  }
  return text.length;
}
