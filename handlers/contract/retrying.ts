import type { ProblemCode } from "./problems.ts";

/** The codes after which the same request may succeed later. */
const passing: readonly string[] = [
  "incomplete_body",
  "body_too_slow",
  "request_too_slow",
  "conversation_busy",
  "rate_limited",
  "timeout",
  "moved",
  "unavailable",
  "answer_not_saved",
  "interrupted",
] satisfies ProblemCode[];

/**
 * Whether sending the same request again, later, may help. Without a code, as when a proxy answered in
 * Docent's place, the status decides.
 */
export function helpsToRetry(status: number, code: string | undefined): boolean {
  return code === undefined ? status === 429 || status >= 500 : passing.includes(code);
}
