import { PortFailure, type FailureCode } from "../../handlers/ports/failure.ts";

/**
 * Turns what a PostgreSQL driver threw into a PortFailure. The message carries the SQLSTATE and a
 * constraint's name, never the server's text, which quotes values.
 */
export function databaseFailure(error: unknown): PortFailure {
  if (error instanceof PortFailure) return error;
  const state = field(error, "code");
  const constraint = field(error, "constraint") ?? field(error, "constraint_name");
  const { code, retryable } = classify(state);
  const detail = [state, constraint].filter((part) => part !== undefined).join(", ");
  return new PortFailure(code, `the database refused a statement${detail && ` (${detail})`}`, {
    retryable,
    cause: error,
  });
}

interface Kind {
  readonly code: FailureCode;
  readonly retryable: boolean;
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const byState: readonly (readonly [prefix: string, Kind])[] = [
  ["23502", { code: "invalid", retryable: false }],
  ["23514", { code: "invalid", retryable: false }],
  ["23", { code: "conflict", retryable: false }],
  ["22", { code: "invalid", retryable: false }],
  ["42501", { code: "unauthorized", retryable: false }],
  ["42", { code: "invalid", retryable: false }],
  ["0A", { code: "invalid", retryable: false }],
  ["28", { code: "unauthorized", retryable: false }],
  ["57014", { code: "timeout", retryable: true }],
  ["40", { code: "unavailable", retryable: true }],
  ["53", { code: "unavailable", retryable: true }],
  ["55P03", { code: "unavailable", retryable: true }],
  ["57", { code: "unavailable", retryable: true }],
  ["08", { code: "unavailable", retryable: true }],
];

function classify(state: string | undefined): Kind {
  const known = byState.find(([prefix]) => state?.startsWith(prefix));
  return known?.[1] ?? { code: "internal", retryable: false };
}

function field(error: unknown, name: string): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const value = (error as Record<string, unknown>)[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
