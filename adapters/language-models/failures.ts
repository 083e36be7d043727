import { PortFailure } from "../../handlers/ports/failure.ts";
import { meaningOf } from "../http/status.ts";

/** What an `error` inside the stream means; vendors put a status, a code or only words into it. */
export function frameFailure(name: string, error: unknown): PortFailure {
  const { code, status } = (typeof error === "object" && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly status?: unknown;
  };
  const given = [code, status].map(Number).find((number) => number >= 400 && number < 600) ?? 500;
  const { code: failure, retryable } = meaningOf(given, JSON.stringify(error) ?? "");
  return new PortFailure(failure, `${name} broke its answer off with an error`, { retryable });
}

/** A request that got no answer, or an answer that was cut. */
export function connectionFailure(name: string, what: string, cause?: unknown): PortFailure {
  return new PortFailure("unavailable", `${name} ${what}`, { retryable: true, cause });
}

export function silenceFailure(name: string, what: string): PortFailure {
  return new PortFailure("timeout", `${name} ${what}`, { retryable: true });
}
