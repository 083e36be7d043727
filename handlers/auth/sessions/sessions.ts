import { sha256, toBase64Url } from "../../lib/bytes.ts";
import { isUuid, uuidV7 } from "../../lib/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Statement } from "../../ports/database.ts";
import type { Holder, SessionCheck } from "../tokens/holder.ts";
import type { Grant, Issuer } from "../tokens/issue.ts";
import { existingSession, newSession, type AuthStore, type NewGuest } from "./store.ts";
import type { Tokens } from "../tokens/tokens.ts";

/** Somebody about to act: `session` is a `session (user_id)` for the acting statement's WITH. */
export interface Actor {
  readonly userId: string;
  readonly session: Statement;
  /** Present when the statement makes a new guest, who must be told. */
  readonly grant: Grant | undefined;
}

export interface SessionOptions {
  readonly tokens: Tokens;
  readonly issuer: Issuer;
  readonly store: AuthStore;
  readonly clock: Clock;
  /** The holder of an API key; undefined for any other token. */
  readonly identifyKey: (token: string, check: SessionCheck) => Promise<Holder | undefined>;
}

export function createSessions({ tokens, issuer, store, clock, identifyKey }: SessionOptions) {
  async function prepareGuest(): Promise<{ guest: NewGuest; grant: Grant } | undefined> {
    const now = clock.now();
    const userId = uuidV7(now);
    const issued = await issuer.issue({ userId, kind: "guest" }, null);
    if (!issued) return undefined;
    const row = { id: userId, kind: "guest", email: null, name: null } as const;
    const createdAt = new Date(now);
    const grant = issued.grant({ ...row, created_at: createdAt });
    return { guest: { userId, createdAt, ...issued.session }, grant };
  }

  return {
    /**
     * The bearer of a token as an actor, or a new guest; undefined where no secret is configured.
     *
     * @param isPermitted in SQL; where it is false no guest is made
     */
    async actor(holder: Holder | undefined, isPermitted: Statement): Promise<Actor | undefined> {
      if (holder) {
        return { userId: holder.userId, session: existingSession(holder), grant: undefined };
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
      const sessionId = sessionOf(refreshToken);
      if (sessionId === undefined) return undefined;
      const candidates = await Promise.all(
        (await tokens.successors(refreshToken)).map(async (secret) => {
          const token = `${sessionId}.${secret}`;
          return { token, hash: await sha256(token) };
        }),
      );
      const [first] = candidates;
      if (!first) return undefined;
      const rotated = await store.rotate({
        sessionId,
        presented: await sha256(refreshToken),
        successor: first.hash,
        expiresAt: issuer.sessionEnd(),
      });
      if (!rotated) return undefined;
      // A retry gets what its first try was given, though the secret that derived it may have been rotated.
      const good = toBase64Url(rotated.refreshHash);
      const next = candidates.find(({ hash }) => toBase64Url(hash) === good);
      if (!next) return undefined;
      const { id: userId, kind } = rotated.user;
      const grant = await issuer.grant({ userId, kind, sessionId }, next.token);
      return grant?.(rotated.user);
    },

    /** Ends the session a refresh token belongs to, however old the token; others do nothing. */
    async signOut(refreshToken: string): Promise<void> {
      const sessionId = sessionOf(refreshToken);
      if (sessionId !== undefined) await store.endSession(sessionId);
    },

    /**
     * Who a bearer token stands for; `stored` also asks whether the session has been ended. An API key
     * says nothing by itself, so it is looked up either way, unless that was done a moment ago.
     */
    async identify(token: string, check: SessionCheck): Promise<Holder | undefined> {
      const claims = await tokens.verify(token);
      if (!claims) return identifyKey(token, check);
      const { userId, kind, sessionId } = claims;
      const holder = { userId, kind, credential: { kind: "session", sessionId } } as const;
      if (check === "stored" && !(await store.sessionStands(holder))) return undefined;
      return holder;
    },
  };
}

export type Sessions = ReturnType<typeof createSessions>;

/** A refresh token is `<session id>.<secret>`. */
function sessionOf(refreshToken: string): string | undefined {
  const [sessionId = ""] = refreshToken.split(".");
  return isUuid(sessionId) ? sessionId : undefined;
}
