import { isUuid, uuidV7 } from "../identifiers.ts";
import type { Clock } from "../ports/clock.ts";
import type { Statement } from "../ports/database.ts";
import { existingSession, newSession, type AuthStore, type NewGuest } from "./store.ts";
import { encodeBase64Url, type AccessClaims, type Tokens } from "./tokens.ts";

/** What a client keeps: the answer of every route that signs somebody in. */
export interface Grant {
  readonly access_token: string;
  readonly token_type: "bearer";
  /** Seconds. */
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly user: {
    readonly id: string;
    readonly email: string | null;
    readonly name: string | null;
    readonly kind: "guest" | "user";
    readonly created_at: string;
  };
}

/** Somebody about to act: `session` is a `session (user_id)` for the acting statement's WITH. */
export interface Actor {
  readonly userId: string;
  readonly session: Statement;
  /** Present when the statement makes a new guest, who must be told. */
  readonly grant: Grant | undefined;
}

export interface SessionOptions {
  readonly tokens: Tokens;
  readonly store: AuthStore;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly accessTokenLifetime: number;
  /** Milliseconds. */
  readonly refreshTokenLifetime: number;
}

export function createSessions(options: SessionOptions) {
  const { tokens, store, clock } = options;

  async function prepareGuest(): Promise<{ guest: NewGuest; grant: Grant } | undefined> {
    const now = clock.now();
    const claims: AccessClaims = { userId: uuidV7(now), sessionId: uuidV7(now), kind: "guest" };
    const secret = encodeBase64Url(crypto.getRandomValues(new Uint8Array(32)));
    const refreshToken = `${claims.sessionId}.${secret}`;
    const grant = await createGrant(claims, refreshToken, new Date(now));
    if (!grant) return undefined;
    const expiresAt = new Date(now + options.refreshTokenLifetime);
    return { guest: { ...claims, refreshHash: await hash(refreshToken), expiresAt }, grant };
  }

  async function createGrant(
    claims: AccessClaims,
    refreshToken: string,
    createdAt: Date,
  ): Promise<Grant | undefined> {
    const accessToken = await tokens.sign(claims);
    if (accessToken === undefined) return undefined;
    return {
      access_token: accessToken,
      token_type: "bearer",
      expires_in: Math.floor(options.accessTokenLifetime / 1000),
      refresh_token: refreshToken,
      user: {
        id: claims.userId,
        email: null,
        name: null,
        kind: claims.kind,
        created_at: createdAt.toISOString(),
      },
    };
  }

  return {
    /**
     * The bearer of a token as an actor, or a new guest; undefined where no secret is configured.
     *
     * @param isPermitted in SQL; where it is false no guest is made
     */
    async actor(
      claims: AccessClaims | undefined,
      isPermitted: Statement,
    ): Promise<Actor | undefined> {
      if (claims) {
        return { userId: claims.userId, session: existingSession(claims), grant: undefined };
      }
      const prepared = await prepareGuest();
      return (
        prepared && {
          userId: prepared.guest.userId,
          session: newSession(prepared.guest, isPermitted),
          grant: prepared.grant,
        }
      );
    },

    /** A new guest, stored. Undefined where no secret is configured. */
    async startGuest(): Promise<Grant | undefined> {
      const prepared = await prepareGuest();
      if (prepared) await store.insertGuest(prepared.guest);
      return prepared?.grant;
    },

    /** The next pair of tokens, or undefined when the refresh token is not good any more. */
    async refresh(refreshToken: string): Promise<Grant | undefined> {
      const [sessionId = ""] = refreshToken.split(".");
      if (!isUuid(sessionId)) return undefined;
      const derived = await tokens.successor(refreshToken);
      if (derived === undefined) return undefined;
      const next = `${sessionId}.${derived}`;
      const owner = await store.rotate({
        sessionId,
        presented: await hash(refreshToken),
        successor: await hash(next),
        expiresAt: new Date(clock.now() + options.refreshTokenLifetime),
      });
      return owner && createGrant({ ...owner, sessionId }, next, owner.createdAt);
    },

    /** Who a bearer token stands for; `stored` also asks whether the session has been ended. */
    async identify(
      token: string,
      sessionCheck: "stored" | "signed",
    ): Promise<AccessClaims | undefined> {
      const claims = await tokens.verify(token);
      if (!claims) return undefined;
      if (sessionCheck === "stored" && !(await store.sessionStands(claims))) return undefined;
      return claims;
    },
  };
}

export type Sessions = ReturnType<typeof createSessions>;

async function hash(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
