import type { FieldError, ProblemBody } from "../contract/problem.ts";
import { problemKinds, type ProblemCode, type StatusOf } from "../contract/problems.ts";
import { PortFailure } from "../ports/failure.ts";

export interface ProblemDetails {
  readonly headers?: Readonly<Record<string, string>>;
  readonly errors?: readonly FieldError[];
  readonly cause?: unknown;
}

/**
 * What the caller did wrong or must know, as RFC 9457 problem details. Everything in it is public. The
 * code is one of the contract's, and the status is the one that the contract gives it.
 */
export class Problem<Code extends ProblemCode = ProblemCode> extends Error {
  override readonly name = "Problem";
  readonly status: number;
  /** Stable, for programs; `message` is for people. */
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[] | undefined;

  constructor(status: StatusOf<Code>, code: Code, detail: string, details: ProblemDetails = {}) {
    super(detail, { cause: details.cause });
    this.status = status;
    this.code = code;
    this.headers = details.headers ?? {};
    this.errors = details.errors;
  }
}

/** The `application/problem+json` body (RFC 9457) with our `code` and the request's id. */
export function encodeProblem(problem: Problem, requestId: string): string {
  const body: ProblemBody = {
    type: `urn:docent:problem:${problem.code}`,
    title: problemKinds[problem.code].title,
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    request_id: requestId,
    errors: problem.errors,
  };
  return JSON.stringify(body);
}

/** Any thrown value as a Problem: a stranger's exception becomes a blank 500. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof PortFailure && isTemporary(error)) {
    const seconds = Math.max(1, Math.ceil((error.retryAfter ?? 2000) / 1000));
    return new Problem(
      503,
      "unavailable",
      "A service this needs is not answering. Try again soon.",
      {
        headers: { "retry-after": String(seconds) },
        cause: error,
      },
    );
  }
  if (error instanceof PortFailure && error.code === "conflict") {
    // Somebody else was first: what this was about has changed or gone while it was being written.
    return new Problem(409, "conflict", "This has changed meanwhile. Look again.", {
      cause: error,
    });
  }
  return new Problem(500, "internal_error", "Something went wrong on our side.", { cause: error });
}

/** Whether the failure may go away without a change to the request (outage, timeout, wrong database password). */
function isTemporary(failure: PortFailure): boolean {
  return (
    failure.retryable ||
    ["unavailable", "timeout", "unauthorized", "out_of_credit"].includes(failure.code)
  );
}

/** The same answer for what does not exist and for what belongs to somebody else. */
export function notFound(what: string): Problem {
  return new Problem(404, "not_found", `No such ${what}.`);
}

/** For a cursor that is not one of ours, or of a list in another order. */
export function invalidCursor(): Problem {
  return new Problem(400, "invalid_cursor", "This cursor is not one of this list. Start without.");
}

/** For what cannot work until the operator has set something. Names the setting, never its value. */
export function settingsMissing(name: string): Problem {
  return new Problem(503, "settings_missing", `${name} must be set before this can work.`);
}
