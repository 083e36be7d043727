import { sha256 } from "../../lib/bytes.ts";
import { Problem, settingsMissing, withHeaders } from "../problem.ts";
import type { Route } from "../route.ts";
import type { Caller, Identity, SessionCheck } from "./identity.ts";
import type { OwnAddress } from "./own-address.ts";
import { invalidToken, missingToken } from "./unauthorized.ts";

export interface GuardOptions {
  /** Whether chat and reading are open to callers without a token. */
  readonly guests: "welcome" | "refused";
  readonly adminKey: string | undefined;
  readonly ownAddress: OwnAddress;
  /** The missing or invalid setting without which no token can be verified; undefined when all are valid. */
  readonly brokenSecret: string | undefined;
  readonly sessions: {
    /** The caller a token stands for; undefined when it is invalid. */
    readonly identify: (token: string, check: SessionCheck) => Promise<Caller | undefined>;
  };
}

/**
 * Identifies the caller and decides whether the route lets them in. An invalid token is always 401, also
 * where none is needed: a user silently treated as a guest would lose their work.
 *
 * @throws Problem 401, 403 or 503 `settings_missing`
 */
export function createGuard(options: GuardOptions) {
  const { guests, adminKey, brokenSecret, sessions, ownAddress } = options;

  async function identify(route: Route, request: Request): Promise<Identity> {
    if (route.closedBy !== undefined) throw settingsMissing(route.closedBy);
    if (route.access === "public") return { kind: "anonymous" };
    const token = readBearer(request);
    if (route.access === "admin") return admitAdmin(token, adminKey);
    if (token === undefined) {
      const isOpen = route.access === "guest" && guests === "welcome";
      if (isOpen || route.access === "anyone") return { kind: "anonymous" };
      throw missingToken();
    }
    if (adminKey !== undefined && route.access === "guest" && (await equal(token, adminKey))) {
      return { kind: "admin" };
    }
    if (brokenSecret !== undefined) throw settingsMissing(brokenSecret);
    const caller = await sessions.identify(token, route.sessionCheck);
    if (!caller) throw invalidToken();
    // While guests are refused, tokens of guests made earlier are refused too.
    const isClosed = route.access === "guest" && guests === "refused";
    if (caller.kind === "guest" && (isClosed || route.access === "user")) {
      throw new Problem(403, "account_required", "Create an account to do this.");
    }
    checkScope(route, caller);
    return caller;
  }

  return async (route: Route, request: Request): Promise<Identity> => {
    const { resourceMetadata } = route;
    if (resourceMetadata === undefined) return identify(route, request);
    try {
      return await identify(route, request);
    } catch (error) {
      throw nameMetadata(error, `${ownAddress(request)}${resourceMetadata}`);
    }
  };
}

/** Adds to a challenge where the metadata of the resource are (RFC 9728 §5.1). */
function nameMetadata(error: unknown, address: string): unknown {
  const challenge = error instanceof Problem ? error.headers["www-authenticate"] : undefined;
  if (!(error instanceof Problem) || challenge === undefined) return error;
  const separator = challenge.includes(" ") ? ", " : " ";
  return withHeaders(error, {
    "www-authenticate": `${challenge}${separator}resource_metadata="${address}"`,
  });
}

/** @throws Problem 403 when the caller's API key lacks the route's scope */
function checkScope({ scope }: Route, { credential }: Caller): void {
  if (credential.kind !== "key" || scope === "any") return;
  if (scope === "account") {
    throw new Problem(403, "session_required", "API keys cannot do this. Sign in instead.");
  }
  if (credential.scopes.includes(scope)) return;
  // RFC 6750 §3.1
  const challenge = `Bearer error="insufficient_scope", scope="${scope}"`;
  throw new Problem(403, "scope_missing", `This needs an API key with the scope "${scope}".`, {
    headers: { "www-authenticate": challenge },
  });
}

async function admitAdmin(token: string | undefined, adminKey: string | undefined) {
  if (adminKey === undefined) throw settingsMissing("ADMIN_API_KEY");
  if (token === undefined || !(await equal(token, adminKey))) {
    throw invalidToken("This needs the operator's key.");
  }
  return { kind: "admin" } as const;
}

/** The bearer token (RFC 6750 §2.1); the scheme's name is case-insensitive (RFC 9110 §11.1). */
function readBearer(request: Request): string | undefined {
  const header = request.headers.get("authorization");
  if (header === null) return undefined;
  const token = /^bearer +(.+)$/i.exec(header.trim())?.[1];
  if (token === undefined) {
    throw invalidToken("Send the token as `Authorization: Bearer …`.");
  }
  return token;
}

/** Compares SHA-256 digests in constant time, so that timing does not show where two keys differ. */
async function equal(left: string, right: string): Promise<boolean> {
  const [a, b] = await Promise.all([sha256(left), sha256(right)]);
  let difference = 0;
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
  return difference === 0;
}
