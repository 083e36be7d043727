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

const encoder = new TextEncoder();

/**
 * The one place a Response is made. Headers go in as one plain object and are not touched again: the
 * Node runtime's light Response then writes them out in a single call.
 */
export function toResponse(
  reply: Reply,
  method: string,
  common: Readonly<Record<string, string>>,
): Response {
  const headers: Record<string, string> = { ...common, ...reply.headers };
  if (typeof reply.body === "string") {
    headers["content-length"] = String(encoder.encode(reply.body).byteLength);
  }
  if (method !== "HEAD") return new Response(reply.body, { status: reply.status, headers });
  // Nobody will read it: a stream left alone would go on waiting for its reader.
  if (reply.body instanceof ReadableStream) void reply.body.cancel();
  return new Response(null, { status: reply.status, headers });
}
