import { sha256 } from "../../lib/bytes.ts";
import type { Identity } from "../context.ts";
import { Problem, settingsMissing } from "../problem.ts";
import type { Route, SessionCheck } from "../route.ts";

export interface GuardOptions {
  /** Whether chat and reading are open to people without a token. */
  readonly guests: "welcome" | "refused";
  readonly adminKey: string | undefined;
  /** Who a token stands for, or undefined when it is not good. */
  readonly identify: (token: string, check: SessionCheck) => Promise<Identity | undefined>;
}

/**
 * Decides who asks and whether the route lets them in. A token that is not good is always 401, also
 * where none was needed: silently becoming a guest would lose people's work.
 *
 * @throws Problem 401, 403 or 503 `settings_missing`
 */
export function createGuard({ guests, adminKey, identify }: GuardOptions) {
  return async (route: Route, request: Request): Promise<Identity> => {
    if (route.closedBy !== undefined) throw settingsMissing(route.closedBy);
    if (route.access === "public") return { kind: "anonymous" };
    const token = readBearer(request);
    if (route.access === "admin") return admitAdmin(token, adminKey);
    if (token === undefined) {
      const isOpen = route.access === "guest" && guests === "welcome";
      if (isOpen || route.access === "anyone") return { kind: "anonymous" };
      throw unauthorized("missing_token", "Sign in, or send a bearer token.");
    }
    if (adminKey !== undefined && route.access === "guest" && (await equal(token, adminKey))) {
      return { kind: "admin" };
    }
    const identity = await identify(token, route.sessionCheck);
    if (!identity) throw unauthorized("invalid_token", "This token is not good, or not any more.");
    // While chat is closed to the public, a guest of earlier days does not get in either.
    const isClosed = route.access === "guest" && guests === "refused";
    if (identity.kind === "guest" && (isClosed || route.access === "user")) {
      throw new Problem(403, "account_required", "Create an account to do this.");
    }
    checkScope(route, identity);
    return identity;
  };
}

/** @throws Problem 403 when an API key is not meant for this */
function checkScope({ scope }: Route, identity: Identity): void {
  if (!("credential" in identity) || identity.credential.kind !== "key") return;
  if (scope === "account") {
    throw new Problem(403, "session_required", "An API key may not do this: sign in instead.");
  }
  if (identity.credential.scopes.includes(scope)) return;
  // RFC 6750 §3.1
  const challenge = `Bearer error="insufficient_scope", scope="${scope}"`;
  throw new Problem(403, "scope_missing", `This needs an API key with the scope "${scope}".`, {
    headers: { "www-authenticate": challenge },
  });
}

async function admitAdmin(token: string | undefined, adminKey: string | undefined) {
  if (adminKey === undefined) throw settingsMissing("ADMIN_API_KEY");
  if (token === undefined || !(await equal(token, adminKey))) {
    throw unauthorized("invalid_token", "This needs the operator's key.");
  }
  return { kind: "admin" } as const;
}

/** RFC 6750 §2.1; the scheme's name is case-insensitive (RFC 9110 §11.1). */
function readBearer(request: Request): string | undefined {
  const header = request.headers.get("authorization");
  if (header === null) return undefined;
  const token = /^bearer +(.+)$/i.exec(header.trim())?.[1];
  if (token === undefined) {
    throw unauthorized("invalid_token", "Send the token as `Authorization: Bearer …`.");
  }
  return token;
}

function unauthorized(code: string, detail: string): Problem {
  const challenge = code === "invalid_token" ? 'Bearer error="invalid_token"' : "Bearer";
  return new Problem(401, code, detail, { headers: { "www-authenticate": challenge } });
}

/** Compares digests, so that the time taken says nothing about where two keys differ. */
async function equal(left: string, right: string): Promise<boolean> {
  const [a, b] = await Promise.all([sha256(left), sha256(right)]);
  let difference = 0;
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
  return difference === 0;
}
