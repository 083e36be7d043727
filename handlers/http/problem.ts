import type { FieldError, OpenaiErrorBody, ProblemBody } from "../contract/problem.ts";
import { problemKinds, type ProblemCode, type StatusOf } from "../contract/problems.ts";
import { PortFailure } from "../ports/failure.ts";
import type { Reply } from "./reply.ts";

export interface ProblemDetails {
  readonly headers?: Readonly<Record<string, string>>;
  readonly errors?: readonly FieldError[];
  readonly cause?: unknown;
}

/**
 * The reason why a request fails, as problem details (RFC 9457). The caller sees all of it but `cause`.
 * The contract lists the codes and gives each its status.
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

/** The problem with these headers besides, or instead of, its own. */
export function withHeaders(problem: Problem, headers: Problem["headers"]): Problem {
  return Object.assign(problem, { headers: { ...problem.headers, ...headers } });
}

/** The `application/problem+json` reply (RFC 9457) with Docent's `code` and the request's id. */
export function problemReply(problem: Problem, requestId: string): Reply {
  const body: ProblemBody = {
    type: `urn:docent:problem:${problem.code}`,
    title: problemKinds[problem.code].title,
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    request_id: requestId,
    errors: problem.errors,
  };
  return {
    status: problem.status,
    headers: { "content-type": "application/problem+json; charset=utf-8", ...problem.headers },
    body: JSON.stringify(body),
  };
}

interface Failure {
  readonly status: number;
  readonly code: ProblemCode;
  readonly message: string;
  readonly errors?: readonly FieldError[] | undefined;
}

/** A failure in the shape of OpenAI's errors (https://platform.openai.com/docs/guides/error-codes). */
export function openaiError({ status, code, message, errors }: Failure): OpenaiErrorBody {
  const param = errors?.[0]?.path.replace(/^body\./, "") ?? null;
  return { error: { message, type: typeOf(status), param, code } };
}

/** A problem as the answer to a request under `/v1`, whose clients read OpenAI's shape. */
export function openaiErrorReply(problem: Problem): Reply {
  return {
    status: problem.status,
    headers: { "content-type": "application/json; charset=utf-8", ...problem.headers },
    body: JSON.stringify(openaiError(problem)),
  };
}

function typeOf(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  if (status === 429) return "rate_limit_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
}

/**
 * Any thrown value as a Problem: an outage is 503, a refused key 502, a conflict 409, any other error a 500
 * without details.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof PortFailure && isRefusal(error)) {
    const detail = "A service this needs refused to work.";
    return new Problem(502, "service_refused", detail, { cause: error });
  }
  if (error instanceof PortFailure && error.code === "moved") {
    const detail = "Another process is taking over and writes from now on. Try again soon.";
    return new Problem(503, "moved", detail, passing(error, 5000));
  }
  if (error instanceof PortFailure && isTemporary(error)) {
    const detail = "A service this needs is not answering. Try again soon.";
    return new Problem(503, "unavailable", detail, passing(error, 2000));
  }
  if (error instanceof PortFailure && error.code === "conflict") {
    // Another request changed or deleted the row while this one was being written.
    return new Problem(409, "conflict", "This was changed in the meantime. Read it again.", {
      cause: error,
    });
  }
  return new Problem(500, "internal_error", "Something went wrong on our side.", { cause: error });
}

/** 400 for one field, in the form in which `readInput` reports it. @param path such as `body.password` */
export function invalidField(path: string, message: string): Problem {
  const errors = [{ path, message }];
  return new Problem(400, "invalid_input", `${path}: ${message}`, { errors });
}

/** @param retryAfter milliseconds, unless the failure says */
function passing(cause: PortFailure, retryAfter: number): ProblemDetails {
  const seconds = Math.max(1, Math.ceil((cause.retryAfter ?? retryAfter) / 1000));
  return { headers: { "retry-after": String(seconds) }, cause };
}

/** Whether a service refuses to work for Docent until the operator acts. */
function isRefusal({ code, retryable }: PortFailure): boolean {
  return !retryable && (code === "unauthorized" || code === "out_of_credit");
}

/** Whether the failure may go away without a change to the request. */
function isTemporary({ code, retryable }: PortFailure): boolean {
  return retryable || code === "unavailable" || code === "timeout";
}

/** 404, the same for a resource that does not exist and for another user's. */
export function notFound(what: string): Problem {
  return new Problem(404, "not_found", `No such ${what}.`);
}

/** 400 for a cursor that Docent did not make, or made for another list or order. */
export function invalidCursor(): Problem {
  return new Problem(
    400,
    "invalid_cursor",
    "This cursor belongs to another list or order. Start without it.",
  );
}

/** 503 for a route that cannot work until the operator sets this setting. Names the setting, never its value. */
export function settingsMissing(name: string): Problem {
  return new Problem(503, "settings_missing", `${name} must be set before this can work.`);
}
