import type { Grant, User } from "../../contract/user.ts";
import { sha256 } from "../../lib/bytes.ts";
import { uuidV7 } from "../../lib/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import { formatRefreshToken } from "./refresh-token.ts";
import { randomSecret } from "./secret-text.ts";
import type { NewSession, UserRow } from "../sessions/store.ts";
import type { Tokens } from "./tokens.ts";

export interface IssueOptions {
  readonly tokens: Tokens;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly accessTokenLifetime: number;
  /** Milliseconds. */
  readonly refreshTokenLifetime: number;
  /** Of a session, however often it is refreshed; milliseconds. */
  readonly sessionLifetime: number;
}

/** A session to be stored, and the answer to its user once that is done. */
export interface Issued {
  readonly session: NewSession;
  readonly grant: (user: UserRow) => Grant;
}

/** The facts of a request that a new session keeps. */
export interface Device {
  /** What the device is, in a few words. */
  readonly userAgent: string | null;
  /** The address to be remembered for the account; undefined: unknown, or a guest's. */
  readonly address?: string | undefined;
}

/** Makes sessions, each with a new id and a new secret. `issue` and `grant` throw PortFailure. */
export function createIssuer(options: IssueOptions) {
  const { tokens, clock } = options;

  const issuer = {
    /** The time at which a session that is started or refreshed now expires, if it is not too old before. */
    sessionEnd: () =>
      new Date(clock.now() + Math.min(options.refreshTokenLifetime, options.sessionLifetime)),

    /** Milliseconds from the sign-in on. */
    sessionLifetime: options.sessionLifetime,

    /** A new session; undefined where no signing secret is configured. */
    async issue(
      { userId, kind }: { readonly userId: string; readonly kind: "guest" | "user" },
      { userAgent, address }: Device,
    ): Promise<Issued | undefined> {
      const sessionId = uuidV7(clock.now());
      const familySecret = randomSecret();
      const refreshToken = formatRefreshToken({ sessionId, familySecret }, randomSecret());
      // At once: each is a job for another thread, and a guest's first answer waits for them.
      const [refreshHash, familyHash, grant] = await Promise.all([
        sha256(refreshToken),
        sha256(familySecret),
        issuer.grant({ userId, kind, sessionId }, refreshToken),
      ]);
      const expiresAt = issuer.sessionEnd();
      const [addressHash = null] =
        address === undefined ? [] : await tokens.addressDigests(userId, address);
      const session = { sessionId, refreshHash, familyHash, expiresAt, userAgent, addressHash };
      return grant && { session, grant };
    },

    /** A new access token beside this refresh token; undefined where no signing secret is configured. */
    async grant(
      claims: Parameters<Tokens["sign"]>[0],
      refreshToken: string,
    ): Promise<Issued["grant"] | undefined> {
      const accessToken = await tokens.sign(claims);
      if (accessToken === undefined) return undefined;
      return (user) => ({
        access_token: accessToken,
        token_type: "bearer",
        expires_in: Math.floor(options.accessTokenLifetime / 1000),
        refresh_token: refreshToken,
        user: toUser(user),
      });
    },
  };
  return issuer;
}

export type Issuer = ReturnType<typeof createIssuer>;

/** The user as answers carry it. */
export function toUser({ id, email, name, kind, created_at }: UserRow): User {
  return { id, email, name, kind, created_at: created_at.toISOString() };
}
