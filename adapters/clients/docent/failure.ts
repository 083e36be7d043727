import type { ProblemBody } from "../../../handlers/contract/problem.ts";
import { readRetryAfter } from "../../http/retry-after.ts";

/** Why a Docent server did not do as asked, in one line for a person. */
export class DocentFailure extends Error {
  override readonly name = "DocentFailure";
  /** The problem's code, or `unreachable` without a server, or `unexpected` where the server is not Docent. */
  readonly code: string;
  readonly status: number | undefined;
  /** Milliseconds to wait before trying again, where the server said so. */
  readonly retryAfter: number | undefined;

  constructor(
    code: string,
    message: string,
    details: { status?: number; retryAfter?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.retryAfter = details.retryAfter;
  }
}

/** What a reply that is no success means; reads its body. */
export async function failureOf(response: Response): Promise<DocentFailure> {
  const { status } = response;
  const details = { status, retryAfter: readRetryAfter(response.headers) };
  const problem = await readProblem(response);
  if (!problem) {
    const message = `The server answered ${status} and may not be Docent.`;
    return new DocentFailure("unexpected", message, details);
  }
  const said = problem.detail ?? problem.title ?? `The server answered ${status}.`;
  return new DocentFailure(problem.code, `${said} (${problem.code})`, details);
}

/** A newer server may have codes that this client does not know. */
type ReceivedProblem = Partial<ProblemBody> & { readonly code: string };

async function readProblem(response: Response): Promise<ReceivedProblem | undefined> {
  try {
    const body = (await response.json()) as Partial<ProblemBody> | null;
    return typeof body?.code === "string" ? { ...body, code: body.code } : undefined;
  } catch {
    return undefined;
  }
}
