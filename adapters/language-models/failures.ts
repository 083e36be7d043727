import { PortFailure } from "../../handlers/ports/failure.ts";
import { meaningOf } from "../http/status.ts";

/** The failure an `error` inside the stream means. Vendors put a status, a code or only words into it. */
export function frameFailure(name: string, error: unknown): PortFailure {
  const { code, status } = (typeof error === "object" && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly status?: unknown;
  };
  const given = [code, status].map(Number).find((number) => number >= 400 && number < 600) ?? 500;
  const { code: failure, retryable } = meaningOf(given, JSON.stringify(error) ?? "");
  return new PortFailure(failure, `${name} broke its answer off with an error`, { retryable });
}

/** The connection failed, or the answer was cut off. `what` completes the sentence that begins with the name. */
export function connectionFailure(name: string, what: string, cause?: unknown): PortFailure {
  return new PortFailure("unavailable", `${name} ${what}`, { retryable: true, cause });
}

/** Nothing was received for too long. */
export function silenceFailure(name: string, what: string): PortFailure {
  return new PortFailure("timeout", `${name} ${what}`, { retryable: true });
}
