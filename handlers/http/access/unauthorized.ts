import { Problem } from "../problem.ts";

/**
 * 401 for a bearer or refresh token that is malformed, expired or forged, or whose session has ended.
 * Every 401 carries `WWW-Authenticate` (RFC 9110 §15.5.2); this one names the error (RFC 6750 §3.1).
 */
export function invalidToken(detail = "This token is invalid or has expired."): Problem {
  return unauthorized("invalid_token", detail, 'Bearer error="invalid_token"');
}

/** 401 for a request without a token that needs one. It names no error (RFC 6750 §3.1). */
export function missingToken(): Problem {
  return unauthorized("missing_token", "Sign in, or send a bearer token.", "Bearer");
}

/** 401 for a wrong email address or password; the answer does not say which. */
export function invalidCredentials(): Problem {
  return unauthorized("invalid_credentials", "Wrong email or password.", "Bearer");
}

function unauthorized(
  code: "invalid_token" | "missing_token" | "invalid_credentials",
  detail: string,
  challenge: string,
): Problem {
  return new Problem(401, code, detail, { headers: { "www-authenticate": challenge } });
}
