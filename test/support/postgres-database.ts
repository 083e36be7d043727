import postgres from "postgres";
import { databaseFailure } from "../../adapters/databases/failures.ts";
import type { Database, Statement } from "../../handlers/ports/database.ts";

/** A real PostgreSQL behind the port, for tests. */
export function openPostgres(url: string): Database & { close(): Promise<void> } {
  const client = postgres(url, {
    max: 4,
    onnotice: () => undefined,
    types: {
      int8: { to: 20, from: [20], serialize: String, parse: Number },
      // The port's JSON is text already; the driver would quote it once more.
      json: { to: 3802, from: [114, 3802], serialize: String, parse: JSON.parse },
      bytea: {
        to: 17,
        from: [17],
        serialize: (value: Uint8Array) => `\\x${Buffer.from(value).toString("hex")}`,
        parse: (text: string) => new Uint8Array(Buffer.from(text.slice(2), "hex")),
      },
    },
  });
  return {
    query: async <Row extends object>(statement: Statement) => {
      const rows = await run(client, statement).catch(fail);
      return rows as Row[];
    },
    batch: async (statements) => {
      const results = await client
        .begin(async (transaction) => {
          const all: object[][] = [];
          for (const statement of statements) all.push(await run(transaction, statement));
          return all;
        })
        .catch(fail);
      return results as never;
    },
    close: () => client.end(),
  };
}

const closedCodes = new Set(["CONNECTION_ENDED", "CONNECTION_CLOSED", "CONNECTION_DESTROYED"]);

function fail(error: unknown): never {
  throw databaseFailure(closedCodes.has(codeOf(error)) ? { code: "57P01" } : error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

async function run(client: postgres.ISql, { text, values }: Statement): Promise<object[]> {
  return [...(await client.unsafe(text, [...values] as never[]))];
}
