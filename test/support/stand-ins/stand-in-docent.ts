import { isUtf8 } from "node:buffer";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { arrayBuffer, json } from "node:stream/consumers";

interface StoredDocument {
  id: string;
  path: string;
  source: string;
  content: string;
  encoding?: string;
  url_base?: string;
}

interface ChatReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in pieces of a few bytes. */
  readonly body: string;
  /** Whether the answer stays unfinished until the client disconnects. */
  readonly isEndless?: boolean;
}

/** Stands in for a Docent server, with the part of the HTTP contract that the command line uses. */
export interface StandIn {
  readonly url: string;
  readonly documents: Map<string, StoredDocument>;
  /** All requests as `METHOD path`, oldest first. */
  readonly requests: string[];
  /** Answers a chat; a test may replace it. */
  chat: (message: string, accept: string) => ChatReply;
  /** The number of the next document requests to refuse with 429. */
  busyFor: number;
  /** The problem with which every form is refused, as by a proxy or a server with lower limits. */
  refusedForm?:
    | { readonly status: number; readonly code: string; readonly detail: string }
    | undefined;
  /** The same, from the second form on. */
  refusedNext?: StandIn["refusedForm"];
  close(): Promise<void>;
}

export const adminKey = "admin-".repeat(6);
const pageSize = 2;

/** Starts one on a free port of this machine. */
export async function startStandIn(): Promise<StandIn> {
  const server = createServer((request, response) => void answer(standIn, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const standIn: StandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    documents: new Map(),
    requests: [],
    chat: () => ({ body: "" }),
    busyFor: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return standIn;
}

async function answer(
  standIn: StandIn,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", standIn.url);
  standIn.requests.push(`${request.method} ${url.pathname}${url.search}`);
  const reply = (status: number, value?: unknown, type = "application/json") => {
    response.writeHead(status, { "content-type": type });
    response.end(value === undefined ? undefined : JSON.stringify(value));
  };
  const refuse = (status: number, code: string, detail: string) =>
    reply(status, { type: "about:blank", status, code, detail }, "application/problem+json");

  if (url.pathname === "/api/chat") {
    const { message } = (await json(request)) as { message: string };
    await writeSlowly(response, standIn.chat(message, request.headers.accept ?? ""));
    return;
  }
  if (request.headers.authorization !== `Bearer ${adminKey}`) {
    refuse(401, "unauthorized", "The key is wrong.");
    return;
  }
  if (standIn.busyFor > 0) {
    standIn.busyFor -= 1;
    response.setHeader("retry-after", "0");
    refuse(429, "rate_limited", "Too many requests.");
    return;
  }
  const type = request.headers["content-type"] ?? "";
  if (request.method === "POST" && type.startsWith("multipart/form-data")) {
    if (standIn.refusedForm) {
      const { status, code, detail } = standIn.refusedForm;
      refuse(status, code, detail);
      return;
    }
    const body = await arrayBuffer(request);
    const form = await new Response(body, { headers: { "content-type": type } }).formData();
    reply(207, await storeFiles(standIn, form));
    standIn.refusedForm ??= standIn.refusedNext;
  } else if (request.method === "POST") {
    const body = (await json(request)) as StoredDocument;
    if (body.encoding === "base64") refuse(400, "unreadable_document", "The document is binary.");
    else if (body.content.trim() === "") refuse(422, "empty_document", "The document is empty.");
    else reply(201, store(standIn, body));
  } else if (request.method === "DELETE") {
    const id = url.pathname.split("/").at(-1) ?? "";
    if (standIn.documents.delete(id)) reply(204);
    else refuse(404, "not_found", "There is no such document.");
  } else {
    const source = url.searchParams.get("source");
    const start = Number(url.searchParams.get("cursor") ?? 0);
    const rows = [...standIn.documents.values()].filter((row) => row.source === source);
    const next = start + pageSize < rows.length ? String(start + pageSize) : null;
    reply(200, { documents: rows.slice(start, start + pageSize), next_cursor: next });
  }
}

async function storeFiles(standIn: StandIn, form: FormData) {
  const { source = "api", ...place } = Object.fromEntries(
    [...form].filter(([, value]) => typeof value === "string"),
  ) as Record<string, string>;
  const documents = [];
  const failed = [];
  for (const file of form.getAll("files")) {
    if (typeof file === "string") continue;
    const { name: path } = file;
    const bytes = Buffer.from(await file.arrayBuffer());
    const content = bytes.toString();
    if (!isUtf8(bytes)) failed.push({ path, failure: "binary" });
    else if (content.trim() === "") failed.push({ path, failure: "empty" });
    else documents.push(store(standIn, { path, content, source, ...place }));
  }
  return { documents, failed };
}

function store(standIn: StandIn, body: Omit<StoredDocument, "id">) {
  const id = Buffer.from(`${body.source}/${body.path}`).toString("hex");
  const before = standIn.documents.get(id);
  const document = { ...body, id };
  standIn.documents.set(id, document);
  const changed = before?.content === body.content ? "unchanged" : "changed";
  return { document: { ...document, passages: 3 }, result: before ? changed : "added" };
}

async function writeSlowly(response: ServerResponse, reply: ChatReply): Promise<void> {
  response.writeHead(reply.status ?? 200, {
    "content-type": "text/event-stream",
    ...reply.headers,
  });
  const bytes = Buffer.from(reply.body);
  // Small pieces cut characters and lines, as a network may.
  for (let from = 0; from < bytes.length; from += 7) {
    response.write(bytes.subarray(from, from + 7));
    await new Promise(setImmediate);
  }
  if (!reply.isEndless) response.end();
}
