export interface WrongRequest {
  readonly path: string;
  readonly init?: RequestInit;
  readonly status: number;
  readonly code: string;
}

const unknownId = "01900000-0000-7000-8000-000000000000";
const json = { "content-type": "application/json" };
const post = (path: string, body: BodyInit, headers: Record<string, string> = json) => ({
  path,
  init: { method: "POST", headers, body, duplex: "half" } as RequestInit,
});
const chat = (body: unknown) => post("/api/chat", JSON.stringify(body));

/** Malformed requests, accidental and hostile, each with the expected problem. */
export const wrongRequests = (): Record<string, WrongRequest> => ({
  "bad JSON": { ...post("/api/chat", '{"message":'), status: 400, code: "invalid_json" },
  "JSON that is no object": { ...chat([1]), status: 400, code: "invalid_input" },
  "a body of 10 MB": {
    ...chat({ message: "x".repeat(10_000_000) }),
    status: 413,
    code: "body_too_large",
  },
  "a streamed body of 10 MB that does not say so": {
    ...post("/api/chat", endless(10_000_000)),
    status: 413,
    code: "body_too_large",
  },
  "a depth bomb": {
    ...post("/api/chat", `{"message":${"[".repeat(100_000)}`),
    status: 400,
    code: "invalid_json",
  },
  "no content type": {
    ...post("/api/chat", "{}", {}),
    status: 415,
    code: "unsupported_media_type",
  },
  "a form": {
    ...post("/api/chat", "message=hi", { "content-type": "application/x-www-form-urlencoded" }),
    status: 415,
    code: "unsupported_media_type",
  },
  "2,001 characters": {
    ...chat({ message: "x".repeat(2001) }),
    status: 400,
    code: "invalid_input",
  },
  "an empty message": { ...chat({ message: " \n " }), status: 400, code: "invalid_input" },
  "a message that is no text": { ...chat({ message: 7 }), status: 400, code: "invalid_input" },
  "a message with U+0000": { ...chat({ message: "a\0b" }), status: 400, code: "invalid_input" },
  "an unknown mode": {
    ...chat({ message: "hi", mode: "poetry" }),
    status: 400,
    code: "invalid_input",
  },
  "selection without context": {
    ...chat({ message: "hi", mode: "selection" }),
    status: 400,
    code: "invalid_input",
  },
  "an unknown conversation": {
    ...chat({ message: "hi", conversation_id: unknownId }),
    status: 404,
    code: "not_found",
  },
  "a conversation id that is none": {
    ...chat({ message: "hi", conversation_id: "' or 1=1 --" }),
    status: 404,
    code: "not_found",
  },
  "broken UTF-8": {
    ...post("/api/chat", new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])),
    status: 400,
    code: "invalid_encoding",
  },
  "a wrong method": {
    path: "/api/chat",
    init: { method: "PUT" },
    status: 405,
    code: "method_not_allowed",
  },
  "an unknown route": { path: "/api/nothing", status: 404, code: "not_found" },
  "a bad percent-encoding": {
    path: "/api/conversations/%zz",
    init: { headers: {} },
    status: 400,
    code: "invalid_encoding",
  },
  "U+0000 in a query": {
    path: "/api/documents?source=%00",
    status: 400,
    code: "invalid_encoding",
  },
  "U+0000 in a path": {
    path: "/api/conversations/%00",
    status: 400,
    code: "invalid_encoding",
  },
  "a foreign origin": {
    ...post("/api/chat", '{"message":"hi"}', { ...json, origin: "https://evil.example" }),
    status: 403,
    code: "origin_not_allowed",
  },
  "the origin null": {
    ...post("/api/chat", '{"message":"hi"}', { ...json, origin: "null" }),
    status: 403,
    code: "origin_not_allowed",
  },
  "a bad token": {
    ...post("/api/chat", '{"message":"hi"}', { ...json, authorization: "Bearer nonsense" }),
    status: 401,
    code: "invalid_token",
  },
  "an authorization that is no bearer": {
    ...post("/api/chat", '{"message":"hi"}', { ...json, authorization: "Basic YTpi" }),
    status: 401,
    code: "invalid_token",
  },
});

function endless(bytes: number): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent >= bytes) return controller.close();
      sent += 65_536;
      controller.enqueue(new Uint8Array(65_536).fill(32));
    },
  });
}
