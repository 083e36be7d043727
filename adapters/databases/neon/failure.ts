import type { NeonDbError } from "@neondatabase/serverless";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { meaningOf } from "../../http/status.ts";
import { databaseFailure, silentDatabase } from "../failures.ts";

/** What is wrong with a request or its answer, by status: Neon passes on 10 MiB at most. */
const tooLarge: Readonly<Record<number, string>> = {
  413: "A statement is larger than the 10 MiB that Neon takes",
  507: "The answer to a statement is larger than the 10 MiB that Neon passes on",
};

/**
 * Turns an error of Neon's driver into a PortFailure. The driver reads PostgreSQL's error only from answers with
 * status 400; where Neon could not connect to the database, the same JSON comes with status 500.
 */
export function neonFailure(error: unknown, deadlineMilliseconds: number): PortFailure {
  const { name, code, message = "", sourceError } = error as Partial<NeonDbError>;
  // The driver wraps errors of the request in NeonDbError, but not those of reading the body.
  const source = sourceError ?? (name === "NeonDbError" ? undefined : error);
  if (source instanceof Error) return transportFailure(source, deadlineMilliseconds);
  // Neon's own use of 08P01: it is stopping, or took us for gone.
  if (message.startsWith("Query cancelled")) return databaseFailure({ code: "08006" });
  if (code) return databaseFailure(error);
  if (message.includes("in connection parameters")) {
    const text = "DATABASE_URL must name a user and a database";
    return new PortFailure("unauthorized", text, { retryable: false });
  }
  const [, given, body = message] =
    /^Server error \(HTTP status (\d+)\): (.*)/s.exec(message) ?? [];
  return refusal(Number(given ?? 400), body, error);
}

function refusal(status: number, body: string, cause: unknown): PortFailure {
  const state = sqlStateIn(body);
  if (state !== undefined) return databaseFailure({ code: state });
  if (status === 401 || status === 403 || /password authentication failed/i.test(body))
    return databaseFailure({ code: "28P01" });
  const size = tooLarge[status];
  if (size !== undefined) return new PortFailure("invalid", size, { retryable: false, cause });
  if (body.startsWith("could not parse the HTTP request body")) {
    return new PortFailure("invalid", "Neon cannot read a statement", { retryable: false, cause });
  }
  const { code: meaning, retryable } = meaningOf(status, "");
  if (meaning === "rate_limited" || meaning === "out_of_credit")
    return new PortFailure(meaning, `Neon answered ${status}`, { retryable });
  const text = `Neon could not pass a statement on (HTTP ${status})`;
  return new PortFailure("unavailable", text, { retryable: true, cause });
}

/** PostgreSQL's SQLSTATE in an error's JSON. */
function sqlStateIn(body: string): string | undefined {
  return /"code"\s*:\s*"([0-9A-Z]{5})"/.exec(body)?.[1];
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
