import { errors, jwtVerify, SignJWT } from "jose";
import type { Clock } from "../ports/clock.ts";
import type { SigningSecrets } from "../ports/signing-secrets.ts";

const issuer = "docent";
const audience = "docent";

export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
  readonly kind: "guest" | "user";
}

export interface Tokens {
  /** A signed JWT (HS256). `undefined` where no secret is configured. */
  sign(claims: AccessClaims): Promise<string | undefined>;
  /** What a token says, or undefined when it is expired, forged or not one of ours. */
  verify(token: string): Promise<AccessClaims | undefined>;
  /** The refresh token that follows this one: derived, so that a retry gets the same. */
  successor(refreshToken: string): Promise<string | undefined>;
}

/** @param lifetime of an access token, milliseconds */
export function createTokens(secrets: SigningSecrets, clock: Clock, lifetime: number): Tokens {
  return {
    async sign({ userId, sessionId, kind }) {
      const keys = await secrets.read();
      if (!keys) return undefined;
      const issuedAt = Math.floor(clock.now() / 1000);
      return new SignJWT({ sid: sessionId, kind })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .setSubject(userId)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + Math.floor(lifetime / 1000))
        .setJti(crypto.randomUUID())
        .sign(keys.current);
    },

    async verify(token) {
      const keys = await secrets.read();
      if (!keys) return undefined;
      const now = new Date(clock.now());
      return (
        (await verifyWith(token, keys.current, now)) ??
        (keys.previous && (await verifyWith(token, keys.previous, now)))
      );
    },

    async successor(refreshToken) {
      const keys = await secrets.read();
      if (!keys) return undefined;
      const algorithm = { name: "HMAC", hash: "SHA-256" };
      const raw = keys.current.slice().buffer;
      const key = await crypto.subtle.importKey("raw", raw, algorithm, false, ["sign"]);
      const text = new TextEncoder().encode(`refresh ${refreshToken}`);
      return encodeBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", key, text)));
    },
  };
}

async function verifyWith(
  token: string,
  secret: Uint8Array,
  now: Date,
): Promise<AccessClaims | undefined> {
  try {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: ["HS256"],
      issuer,
      audience,
      currentDate: now,
      requiredClaims: ["sub", "exp", "jti", "sid", "kind"],
    });
    const { sub, ["sid"]: sessionId, ["kind"]: kind } = payload;
    if (typeof sub !== "string" || typeof sessionId !== "string") return undefined;
    if (kind !== "guest" && kind !== "user") return undefined;
    return { userId: sub, sessionId, kind };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** base64url without padding (RFC 4648 §5). */
export function encodeBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
