/** What went wrong behind a port, in words every caller understands whatever the vendor. */
export type FailureCode =
  | "unavailable" // refused, reset, not started yet
  | "timeout"
  | "rate_limited"
  | "out_of_credit" // nothing is answered until somebody pays
  | "unauthorized" // our credentials were turned down
  | "not_found"
  | "conflict" // a unique or foreign key said no
  | "invalid" // the other side could not read what we sent
  | "aborted" // our caller gave up
  | "internal";

export interface FailureDetails {
  /** Would the same call, made again later, have a chance? */
  retryable: boolean;
  /** Milliseconds to wait before trying again, where the other side said so. */
  retryAfter?: number;
  cause?: unknown;
}

/** The only error an adapter throws on purpose. Its message names no host, user or key. */
export class PortFailure extends Error {
  override readonly name = "PortFailure";
  readonly code: FailureCode;
  readonly retryable: boolean;
  readonly retryAfter: number | undefined;

  constructor(code: FailureCode, message: string, details: FailureDetails) {
    super(message, { cause: details.cause });
    this.code = code;
    this.retryable = details.retryable;
    this.retryAfter = details.retryAfter;
  }
}
