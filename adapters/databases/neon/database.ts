import { neon, type NeonDbError } from "@neondatabase/serverless";
import type { Database, Statement } from "../../../handlers/ports/database.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { meaningOf } from "../../http/status.ts";
import { databaseFailure, silentDatabase } from "../failures.ts";
import { decodeByType, encodeValue } from "../values.ts";

export interface NeonOptions {
  readonly url: string;
  /** How long a request may take, including the wake-up of a suspended database. */
  readonly deadlineMilliseconds?: number;
}

/** A Neon database over HTTP, one request for each query or batch, on every runtime. Its methods throw PortFailure. */
export function createNeonDatabase({
  url,
  deadlineMilliseconds = 15_000,
}: NeonOptions): Database & { close(): Promise<void> } {
  const client = neon(url, { disableWarningInBrowsers: true });
  let isClosed = false;
  const prepare = ({ text, values }: Statement) =>
    client.query(text, values.map(encodeValue), { types: { getTypeParser } });

  async function ask<Result>(
    send: (options: { readonly fetchOptions: { readonly signal: AbortSignal } }) => Promise<Result>,
  ): Promise<Result> {
    if (isClosed)
      throw new PortFailure("unavailable", "The database is closed", { retryable: true });
    try {
      return await send({ fetchOptions: { signal: AbortSignal.timeout(deadlineMilliseconds) } });
    } catch (error) {
      throw neonFailure(error, deadlineMilliseconds);
    }
  }

  return {
    async query<Row extends object>({ text, values }: Statement) {
      const rows = await ask((options) =>
        client.query(text, values.map(encodeValue), { types: { getTypeParser }, ...options }),
      );
      return rows as Row[];
    },
    async batch(statements) {
      if (statements.length === 0) return [] as never;
      const results = await ask((options) => client.transaction(statements.map(prepare), options));
      return results as never;
    },
    close() {
      isClosed = true;
      return Promise.resolve();
    },
  };
}

/** The driver's own parsers would pull its WebSocket client into the bundle. */
function getTypeParser(type: number): (text: string) => unknown {
  return decodeByType[type] ?? String;
}

function neonFailure(error: unknown, deadlineMilliseconds: number): PortFailure {
  const { name, code, message, sourceError } = error as Partial<NeonDbError>;
  // The driver wraps errors of the request in NeonDbError, but not those of reading the body.
  const source = sourceError ?? (name === "NeonDbError" ? undefined : error);
  if (source instanceof Error) return transportFailure(source, deadlineMilliseconds);
  if (code) return databaseFailure(error);
  if (message?.includes("in connection parameters")) {
    const text = "DATABASE_URL must name a user and a database";
    return new PortFailure("unauthorized", text, { retryable: false });
  }
  const status = Number(/^Server error \(HTTP status (\d+)\)/.exec(message ?? "")?.[1] ?? 400);
  if (status === 401 || status === 403 || /password authentication failed/i.test(message ?? ""))
    return databaseFailure({ code: "28P01" });
  const { code: meaning, retryable } = meaningOf(status, "");
  if (meaning === "rate_limited" || meaning === "out_of_credit")
    return new PortFailure(meaning, `Neon answered ${status}`, { retryable });
  const text = `Neon could not pass a statement on (HTTP ${status})`;
  return new PortFailure("unavailable", text, { retryable: true, cause: error });
}

function transportFailure(source: Error, deadlineMilliseconds: number): PortFailure {
  if (source.name === "TimeoutError") return silentDatabase(deadlineMilliseconds, source);
  const code = codeOf(source) ?? codeOf(source.cause);
  if (code !== undefined) return databaseFailure({ code });
  const text = "The connection to the database broke off";
  return new PortFailure("unavailable", text, { retryable: true, cause: source });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
