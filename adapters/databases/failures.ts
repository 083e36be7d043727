import { PortFailure } from "../../handlers/ports/failure.ts";
import { kindOf } from "./failure-kinds.ts";

/**
 * Turns an error of a PostgreSQL driver into a PortFailure. The message holds the SQLSTATE, a
 * constraint's name or what to do; never the server's text, which quotes values, hosts and users.
 */
export function databaseFailure(error: unknown): PortFailure {
  if (error instanceof PortFailure) return error;
  const state = field(error, "code");
  const { code, retryable, message } = kindOf(state);
  const constraint = field(error, "constraint") ?? field(error, "constraint_name");
  const detail = [state, constraint].filter((part) => part !== undefined).join(", ");
  const text = message ?? "The database refused a statement";
  return new PortFailure(code, `${text}${detail && ` (${detail})`}`, { retryable, cause: error });
}

/** The failure of a database that has not answered for this many milliseconds. */
export function silentDatabase(milliseconds: number, cause?: unknown): PortFailure {
  const message = `The database has not answered for ${Math.round(milliseconds / 1000)} seconds`;
  return new PortFailure("unavailable", message, { retryable: true, cause });
}

function field(error: unknown, name: string): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const value = (error as Record<string, unknown>)[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
