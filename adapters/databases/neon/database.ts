import { neon } from "@neondatabase/serverless";
import type { Database, SqlValue, Statement } from "../../../handlers/ports/database.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { decodeByType, encodeValue } from "../values.ts";
import { neonFailure } from "./failure.ts";

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
    client.query(text, values.map(encodeWellFormed), { types: { getTypeParser } });

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
        client.query(text, values.map(encodeWellFormed), { types: { getTypeParser }, ...options }),
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

/** Neon refuses JSON with lone surrogates; other drivers send U+FFFD in their place too. */
function encodeWellFormed(value: SqlValue): string | number | boolean | null {
  const encoded = encodeValue(value);
  return typeof encoded === "string" ? encoded.toWellFormed() : encoded;
}

/** The driver's own parsers would pull its WebSocket client into the bundle. */
function getTypeParser(type: number): (text: string) => unknown {
  return decodeByType[type] ?? String;
}
