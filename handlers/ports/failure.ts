/** What went wrong behind a port, in words every caller understands whatever the vendor. */
export type FailureCode =
  | "unavailable" // refused, reset, not started yet
  | "timeout"
  | "rate_limited"
  | "out_of_credit" // the operator's account must be paid first
  | "unauthorized" // Docent's credentials were refused
  | "not_found"
  | "moved" // another process writes to the database now; reading goes on
  | "conflict" // a unique or foreign key was violated
  | "invalid" // the service does not accept what Docent sent
  | "aborted" // the caller gave up
  | "internal";

export interface FailureDetails {
  /** Whether the same call may succeed later. */
  retryable: boolean;
  /** Milliseconds to wait before trying again, if the service said so. */
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
