import { errors, jwtVerify, SignJWT } from "jose";
import { hmacSha256, importHmacKey, toBase64Url } from "../../lib/bytes.ts";
import { isUuid } from "../../lib/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { SigningSecrets } from "../../ports/signing-secrets.ts";
import { createTokenMemory, type VerifiedToken } from "./token-memory.ts";

const issuer = "docent";
const audience = "docent";

/**
 * The claims of an access token. `kind` needs no look-up, because it never changes: a guest who registers is
 * deleted, and the account is another user.
 */
export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
  readonly kind: "guest" | "user";
}

export interface Tokens {
  /** Signs JWTs (RFC 7519, HS256) of these claims; undefined where no secret is configured. */
  signer(): Promise<((claims: AccessClaims) => Promise<string>) | undefined>;
  /** The claims of a valid token; undefined when it is expired, forged or not Docent's. */
  verify(token: string): Promise<AccessClaims | undefined>;
  /**
   * The secrets that may follow a refresh token, derived by HMAC, so that a retry gets the same one. The first
   * is derived from the current signing secret, the second from the previous one, for a retry across its
   * rotation. Empty where no secret is configured.
   */
  successors(refreshToken: string): Promise<readonly string[]>;
  /**
   * The digests of an address from which an account is used, keyed so that the address cannot be found by trying
   * them all. The first is keyed with the current signing secret, the second with the previous one. Empty where no
   * secret is configured.
   */
  addressDigests(userId: string, address: string): Promise<readonly Uint8Array[]>;
}

/**
 * Signs and verifies access tokens. All methods throw PortFailure.
 *
 * @param lifetime of an access token, milliseconds
 */
export function createTokens(secrets: SigningSecrets, clock: Clock, lifetime: number): Tokens {
  const memory = createTokenMemory<AccessClaims>(() => clock.now());
  let imported: { readonly secret: Uint8Array; readonly key: Promise<CryptoKey> } | undefined;

  /** The secret as a key, kept: to import it takes as long as to sign. */
  const keyOf = (secret: Uint8Array): Promise<CryptoKey> => {
    if (imported?.secret !== secret) imported = { secret, key: importHmacKey(secret) };
    return imported.key;
  };

  return {
    async signer() {
      const keys = await secrets.read();
      if (!keys) return undefined;
      return async ({ userId, sessionId, kind }) => {
        const issuedAt = Math.floor(clock.now() / 1000);
        return new SignJWT({ sid: sessionId, kind })
          .setProtectedHeader({ alg: "HS256", typ: "JWT" })
          .setSubject(userId)
          .setIssuer(issuer)
          .setAudience(audience)
          .setIssuedAt(issuedAt)
          .setExpirationTime(issuedAt + Math.floor(lifetime / 1000))
          .setJti(crypto.randomUUID())
          .sign(await keyOf(keys.current));
      };
    },

    async verify(token) {
      const known = memory.find(token);
      if (known) return known;
      const keys = await secrets.read();
      if (!keys) return undefined;
      const now = new Date(clock.now());
      const verified =
        (await verifyWith(token, keys.current, now)) ??
        (keys.previous && (await verifyWith(token, keys.previous, now)));
      if (verified) memory.keep(token, verified);
      return verified?.claims;
    },

    async successors(refreshToken) {
      const ring = await readRing(secrets);
      return Promise.all(ring.map((secret) => deriveSuccessor(refreshToken, secret)));
    },

    async addressDigests(userId, address) {
      const ring = await readRing(secrets);
      return Promise.all(ring.map((secret) => hmacSha256(secret, `address ${userId} ${address}`)));
    },
  };
}

/** The signing secrets, the current one first. */
async function readRing(secrets: SigningSecrets): Promise<readonly Uint8Array[]> {
  const keys = await secrets.read();
  if (!keys) return [];
  return keys.previous ? [keys.current, keys.previous] : [keys.current];
}

async function deriveSuccessor(refreshToken: string, secret: Uint8Array): Promise<string> {
  return toBase64Url(await hmacSha256(secret, `refresh ${refreshToken}`));
}

async function verifyWith(
  token: string,
  secret: Uint8Array,
  now: Date,
): Promise<VerifiedToken<AccessClaims> | undefined> {
  try {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: ["HS256"],
      issuer,
      audience,
      currentDate: now,
      requiredClaims: ["sub", "exp", "jti", "sid", "kind"],
    });
    const { sub: userId, exp = 0, ["sid"]: sessionId, ["kind"]: kind } = payload;
    if (typeof userId !== "string" || !isUuid(userId)) return undefined;
    if (typeof sessionId !== "string" || !isUuid(sessionId)) return undefined;
    if (kind !== "guest" && kind !== "user") return undefined;
    return { claims: { userId, sessionId, kind }, expiresAt: exp * 1000 };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
