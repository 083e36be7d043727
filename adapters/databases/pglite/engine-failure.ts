import type { FailureCode } from "../../../handlers/ports/failure.ts";
import { databaseFailure } from "../failures.ts";

export interface EngineFailure {
  readonly code: FailureCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly cause: string;
  /** The disk had no space left. */
  readonly isDiskFull: boolean;
  /** PostgreSQL found a damaged page. */
  readonly isDamage: boolean;
  /** The engine cannot go on: the thread must be replaced. */
  readonly isFatal: boolean;
}

const diskFullCodes: ReadonlySet<string> = new Set(["53100", "ENOSPC", "EDQUOT"]);
const damageCodes: ReadonlySet<string> = new Set(["XX001", "XX002"]);

/** What the thread sends to the main thread of an error: errors lose their fields on the way. */
export function describeFailure(error: unknown): EngineFailure {
  const { code, message, retryable, cause } = databaseFailure(error);
  const state = String(field(cause, "code"));
  return {
    code,
    message,
    retryable,
    cause: String(cause),
    isDiskFull: diskFullCodes.has(state),
    isDamage: damageCodes.has(state),
    isFatal: isFatal(cause),
  };
}

/**
 * Whether an error says what is wrong, as a full disk or too little memory does; PGlite's own "failed to
 * initialize" does not.
 */
export function isNamed(error: unknown): boolean {
  return field(error, "code") !== undefined || /memory|OOM/i.test(String(error));
}

/** After PANIC or FATAL a server process ends; this one has no other, and its next statement would never return. */
function isFatal(error: unknown): boolean {
  const severity = field(error, "severity");
  return severity === "PANIC" || severity === "FATAL" || error instanceof WebAssembly.RuntimeError;
}

function field(error: unknown, name: "code" | "severity"): unknown {
  return typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;
}
