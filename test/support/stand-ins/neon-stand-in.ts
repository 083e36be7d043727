import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  cancelled,
  describeError,
  NeonError,
  parseError,
  statusOf,
  tooLarge,
} from "./neon-errors.ts";
import { connectTo, createRun, type Query, type ReadOptions } from "./neon-statements.ts";

/**
 * Stands in for Neon's HTTP endpoint, in front of a real PostgreSQL: `POST /sql` as @neondatabase/serverless
 * calls it and as Neon's proxy (open source) answers it. Like there, a statement is prepared, so that it is one
 * command; requests and answers have at most 10 MiB; a lone surrogate is no JSON; a database that cannot be
 * connected to is a 500 with its SQLSTATE; and a request whose client is gone is cancelled, a batch as a whole.
 */
export interface NeonStandIn {
  /** The value for the driver's `fetchEndpoint`. */
  readonly endpoint: string;
  readonly port: number;
  readonly requests: readonly NeonRequest[];
  stop(): Promise<void>;
}

interface NeonRequest {
  readonly database: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Body;
  readonly bytes: number;
}

type Body = Query | { readonly queries: readonly Query[] };

/** Bytes of a request or an answer, at most. */
const sizeLimit = 10 * 1024 * 1024;

/**
 * Starts it; `server` is the URL of the PostgreSQL behind it, and a request's connection string names the
 * database there.
 */
export async function startNeonStandIn(server: string): Promise<NeonStandIn> {
  const clients = new Map<string, ReturnType<typeof connectTo>>();
  const requests: NeonRequest[] = [];
  const clientFor = (database: string) => {
    const client = clients.get(database) ?? connectTo(server, database);
    clients.set(database, client);
    return client;
  };

  async function answer(request: IncomingMessage, gone: AbortSignal): Promise<string> {
    const { headers } = request;
    const database = readDatabase(headers);
    const mode = readMode(headers);
    const bytes = await readBytes(request);
    const body = readBody(bytes.toString("utf8"));
    requests.push({ database, headers, body, bytes: bytes.length });
    const options: ReadOptions = {
      isRaw: headers["neon-raw-text-output"] === "true",
      isArray: headers["neon-array-mode"] === "true",
      sizeLimit,
    };
    const run = createRun(options, gone);
    const client = clientFor(database);
    if ("query" in body) return JSON.stringify(await run(client, body));
    const results = await client.begin(mode, async (transaction) => {
      const made: object[] = [];
      for (const query of body.queries) made.push(await run(transaction, query));
      // A client that has left by now is not told of a commit, and gets none.
      if (gone.aborted) throw cancelled();
      return made;
    });
    return JSON.stringify({ results });
  }

  const http = createServer((request, response) => {
    if (request.method !== "POST" || request.url !== "/sql")
      return respond(response, 400, JSON.stringify("query is not supported"));
    const leaving = new AbortController();
    response.on("close", () => {
      if (!response.writableFinished) leaving.abort();
    });
    answer(request, leaving.signal).then(
      (body) => respond(response, 200, body),
      (error: unknown) => {
        respond(response, statusOf(error), JSON.stringify(describeError(error)));
      },
    );
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}/sql`,
    port,
    requests,
    async stop() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await Promise.all([...clients.values()].map((client) => client.end({ timeout: 1 })));
    },
  };
}

/** The database that the header names. @throws NeonError 400 */
function readDatabase(headers: IncomingMessage["headers"]): string {
  const given = headers["neon-connection-string"];
  if (typeof given !== "string") throw new NeonError(400, "invalid header: neon-connection-string");
  const { protocol, pathname, username, password, hostname } = new URL(given);
  if (protocol !== "postgres:" && protocol !== "postgresql:")
    throw new NeonError(400, "incorrect scheme");
  if (username === "") throw new NeonError(400, "missing username");
  if (password === "")
    throw new NeonError(400, "missing authentication credentials: required password");
  if (/^[\d.]*$|:/.test(hostname)) throw new NeonError(400, "missing hostname");
  // The proxy checks the password itself, so that there is no SQLSTATE.
  if (password === "wrong") {
    throw new NeonError(400, `password authentication failed for user '${username}'`);
  }
  return decodeURIComponent(pathname.slice(1));
}

/** How a batch's transaction begins, from the headers. @throws NeonError 400 */
function readMode(headers: IncomingMessage["headers"]): string {
  const levels: Readonly<Record<string, string>> = {
    Serializable: "isolation level serializable",
    ReadUncommitted: "isolation level read uncommitted",
    ReadCommitted: "isolation level read committed",
    RepeatableRead: "isolation level repeatable read",
  };
  const level = headers["neon-batch-isolation-level"];
  if (level !== undefined && levels[String(level)] === undefined)
    throw new NeonError(400, "invalid isolation level");
  return [
    levels[String(level)] ?? "",
    headers["neon-batch-read-only"] === "true" ? "read only" : "",
    headers["neon-batch-deferrable"] === "true" ? "deferrable" : "",
  ].join(" ");
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= sizeLimit) chunks.push(chunk);
  }
  if (length > sizeLimit) throw tooLarge(413, "request", sizeLimit);
  return Buffer.concat(chunks);
}

/** @throws NeonError 400 for what is no JSON, a lone surrogate, or neither a query nor queries */
function readBody(text: string): Body {
  let hasLoneSurrogate = false;
  const check = (_: string, value: unknown): unknown => {
    if (typeof value === "string" && !value.isWellFormed()) hasLoneSurrogate = true;
    return value;
  };
  let body: unknown;
  try {
    body = JSON.parse(text, check);
  } catch {
    throw parseError("expected value at line 1 column 1");
  }
  if (hasLoneSurrogate) throw parseError("unexpected end of hex escape at line 1 column 1");
  const isBody =
    typeof body === "object" && body !== null && ("query" in body || "queries" in body);
  if (!isBody) throw parseError("data did not match any variant of untagged enum Payload");
  return body as Body;
}

function respond(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "access-control-allow-origin": "*",
  });
  response.end(body);
}
