import { helpsToRetry } from "../../../contract/retrying.ts";
import { siteName } from "./site-name.ts";
import type { ProblemBody } from "../../../contract/problem.ts";
import type { Grant } from "../../../contract/user.ts";
import type { Session } from "./session.ts";
import type { Trouble } from "./wire.ts";

/** The error for an answer that is not 2xx, or for no answer (`status` 0). */
export class RequestFailure extends Error {
  readonly problem: Trouble;

  constructor(problem: Trouble) {
    super(problem.detail);
    this.problem = problem;
  }
}

/**
 * Sends a request with the session's tokens, which it renews when they have expired. Calls `build` again for a
 * second attempt.
 *
 * @throws RequestFailure, or an AbortError when the request's signal aborts
 */
export type SendRequest = (path: string, build?: () => RequestInit) => Promise<Response>;

/**
 * Creates the function that sends requests. `onGuestLost`: called when the server no longer knows the guest.
 */
export function createRequest(session: Session, onGuestLost: () => void): SendRequest {
  let renewing: Promise<void> | undefined;

  /** Renews the tokens once. If that is refused, a user is signed out, and a guest starts anew. */
  async function renew(used: string): Promise<void> {
    const tokens = session.tokens();
    // Another tab may have renewed them already.
    if (!tokens || tokens.access_token !== used) return;
    const response = await send("/api/auth/refresh", {
      ...jsonRequest("POST", { refresh_token: tokens.refresh_token }),
    });
    const renewed = response.ok ? ((await response.json()) as Grant) : undefined;
    // Meanwhile the reader may have signed out, or in as somebody else.
    if (session.tokens()?.access_token !== used) return;
    if (renewed) return session.keep(renewed);
    // Only a refusal ends the session; a server that is down does not.
    if (response.status >= 500 || response.status === 429) throw await failure(response);
    if (!session.user()) onGuestLost();
    session.end("unasked");
  }

  return async (path, build = () => ({})) => {
    const used = session.tokens()?.access_token;
    const wasUser = session.user() !== undefined;
    let response = await send(path, authorized(build(), used));
    if (response.status === 401 && used) {
      const refused = await failure(response);
      // A wrong password does not mean that the token is invalid.
      if (refused.problem.code === "invalid_credentials") throw refused;
      renewing ??= renew(used).finally(() => {
        renewing = undefined;
      });
      await renewing;
      if (wasUser && !session.user()) throw new RequestFailure(sessionEnded);
      response = await send(path, authorized(build(), session.tokens()?.access_token));
    }
    if (!response.ok) throw await failure(response);
    return response;
  };
}

/**
 * Sends a request with a token that is never renewed.
 *
 * @throws RequestFailure, or an AbortError when the request's signal aborts
 */
export async function requestWith(
  token: string,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const response = await send(path, authorized(init, token));
  if (!response.ok) throw await failure(response);
  return response;
}

/**
 * Asks for a report that comes with 200 or 503, without a token.
 *
 * @throws RequestFailure
 */
export async function requestReport(path: string): Promise<Response> {
  const response = await send(path, { cache: "no-store" });
  // A problem and a proxy's page have other media types.
  const isReport = response.headers.get("content-type")?.startsWith("application/json") === true;
  if (!isReport) throw await failure(response);
  return response;
}

const sessionEnded: Trouble = {
  code: "session_ended",
  detail: "You have been signed out. Sign in again to go on.",
  status: 401,
  retryable: false,
};

/** A request with a JSON body. */
export function jsonRequest(method: string, body: object): RequestInit {
  return {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

/** Whether the request would succeed for a signed-in user. */
export function needsSignIn({ status, code }: Trouble): boolean {
  return status === 401 || code === "account_required";
}

/** Whether the server refuses the request for good, whoever asks later. */
export function isRefusal({ status }: Trouble): boolean {
  return status >= 400 && status < 500 && status !== 429;
}

/** The problem to show for anything thrown. */
export function problemOf(error: unknown): Trouble {
  if (error instanceof RequestFailure) return error.problem;
  return {
    code: "unexpected",
    detail: "Something went wrong on this page. Trying again may help.",
    status: 0,
    retryable: true,
  };
}

function authorized(init: RequestInit, token: string | undefined): RequestInit {
  const headers = new Headers(init.headers);
  if (token) headers.set("authorization", `Bearer ${token}`);
  return { ...init, headers, cache: "no-store" };
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    const detail = navigator.onLine
      ? `${siteName()} cannot be reached at the moment.`
      : "You seem to be offline.";
    throw new RequestFailure({ code: "unreachable", detail, status: 0, retryable: true });
  }
}

async function failure(response: Response): Promise<RequestFailure> {
  const problem = (await response.json().catch(() => ({}))) as Partial<ProblemBody>;
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new RequestFailure({
    code: problem.code ?? "unexpected",
    detail: problem.detail ?? "Something went wrong on the way to an answer.",
    status: response.status,
    retryable: helpsToRetry(response.status, problem.code),
    ...(Number.isFinite(retryAfter) && { retryAfter }),
    ...(Array.isArray(problem.errors) && { errors: problem.errors }),
  });
}
