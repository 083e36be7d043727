import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import postgres from "postgres";

/**
 * Stands in for Neon's HTTP endpoint, in front of a real PostgreSQL: `POST /sql` as @neondatabase/serverless
 * calls it. Values pass in both directions as PostgreSQL's text.
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
  readonly body: Query | { readonly queries: readonly Query[] };
}

interface Query {
  readonly query: string;
  readonly params: readonly (string | number | boolean | null)[];
}

/**
 * Starts it; `server` is the URL of the PostgreSQL behind it, and a request's connection string names the
 * database there.
 */
export async function startNeonStandIn(server: string): Promise<NeonStandIn> {
  const clients = new Map<string, ReturnType<typeof postgres>>();
  const requests: NeonRequest[] = [];
  const clientFor = (database: string) => {
    const url = new URL(server);
    url.pathname = `/${database}`;
    const known = clients.get(database);
    const client =
      known ??
      postgres(url.href, {
        max: 4,
        fetch_types: false,
        backoff: () => 0,
        onnotice: () => undefined,
        types: asTheyAre,
      });
    clients.set(database, client);
    return client;
  };
  const answer = async (request: IncomingMessage): Promise<object> => {
    const connection = new URL(String(request.headers["neon-connection-string"]));
    const body = JSON.parse(await text(request)) as NeonRequest["body"];
    const database = connection.pathname.slice(1);
    requests.push({ database, headers: request.headers, body });
    if (connection.password === "wrong") {
      throw Object.assign(new Error("password authentication failed for user 'docent'"), {
        code: null,
      });
    }
    const client = clientFor(database);
    if ("query" in body) return run(client, body);
    return client.begin(async (transaction) => {
      const results: object[] = [];
      for (const query of body.queries) results.push(await run(transaction, query));
      return { results };
    });
  };
  const http = createServer((request, response) => {
    if (request.method !== "POST" || request.url !== "/sql")
      return respond(response, 404, "not found");
    answer(request).then(
      (body) => respond(response, 200, body),
      (error: unknown) => respond(response, 400, describe(error)),
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

async function run(client: postgres.ISql, { query, params }: Query): Promise<object> {
  const result = await client.unsafe(query, [...params] as never[]).raw();
  const { columns, command, count } = result;
  return {
    command,
    rowCount: count,
    rowAsArray: true,
    fields: (columns ?? []).map(({ name, type }) => ({ name, dataTypeID: type })),
    rows: [...result].map((row) => row.map((value) => (value === null ? null : value.toString()))),
  };
}

/** Texts go to PostgreSQL unchanged. */
const asTheyAre = Object.fromEntries(
  [
    ["boolean", 16],
    ["bytea", 17],
    ["json", 114],
    ["date", 1082],
    ["timestamp", 1114],
    ["timestamptz", 1184],
    ["jsonb", 3802],
  ].map(([name, type]) => [
    name,
    { to: Number(type), from: [Number(type)], serialize: String, parse: (value: string) => value },
  ]),
);

function describe(error: unknown): object {
  const {
    message,
    code,
    severity,
    detail,
    constraint_name: constraint,
  } = error as Record<string, unknown>;
  return { message, code: code ?? null, severity, detail, constraint };
}

function respond(response: ServerResponse, status: number, body: object | string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
