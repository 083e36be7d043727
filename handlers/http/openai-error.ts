import type { FieldError, OpenaiErrorBody } from "../contract/problem.ts";
import type { ProblemCode } from "../contract/problems.ts";
import type { Problem } from "./problem.ts";
import type { Reply } from "./reply.ts";

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
