import type { Grant, User } from "../../contract/user.ts";
import type { Clock } from "../../ports/clock.ts";
import { createSessionSecrets } from "./session-secrets.ts";
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
  /** Signs the access token. */
  readonly grant: (user: UserRow) => Promise<Grant>;
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
  const secrets = createSessionSecrets(clock);

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
      const sign = await tokens.signer();
      if (!sign) return undefined;
      const made = await (kind === "guest" ? secrets.take() : secrets.make());
      const { refreshToken, ...stored } = made;
      const expiresAt = issuer.sessionEnd();
      const [addressHash = null] =
        address === undefined ? [] : await tokens.addressDigests(userId, address);
      const session = { ...stored, expiresAt, userAgent, addressHash };
      const claims = { userId, kind, sessionId: stored.sessionId };
      const grant = async (user: UserRow) => toGrant(await sign(claims), refreshToken, user);
      return { session, grant };
    },

    /** A new access token beside the refresh token of a session; undefined where no signing secret is configured. */
    async renew(
      { sessionId, user }: { readonly sessionId: string; readonly user: UserRow },
      refreshToken: string,
    ): Promise<Grant | undefined> {
      const sign = await tokens.signer();
      const { id: userId, kind } = user;
      return sign && toGrant(await sign({ userId, kind, sessionId }), refreshToken, user);
    },
  };
  return issuer;

  function toGrant(accessToken: string, refreshToken: string, user: UserRow): Grant {
    return {
      access_token: accessToken,
      token_type: "bearer",
      expires_in: Math.floor(options.accessTokenLifetime / 1000),
      refresh_token: refreshToken,
      user: toUser(user),
    };
  }
}

export type Issuer = ReturnType<typeof createIssuer>;

/** The user as answers carry it. */
export function toUser({ id, email, name, kind, created_at }: UserRow): User {
  return { id, email, name, kind, created_at: created_at.toISOString() };
}
