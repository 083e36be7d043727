import { sha256, toBase64Url } from "../../lib/bytes.ts";
import { uuidV7 } from "../../lib/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Caller, SessionCheck } from "../../http/access/identity.ts";
import type { Grant } from "../../contract/user.ts";
import type { Issuer } from "../tokens/issue.ts";
import {
  formatRefreshToken,
  parseRefreshToken,
  type RefreshToken,
} from "../tokens/refresh-token.ts";
import type { AuthStore, NewGuest, PresentedToken } from "./store.ts";
import type { Tokens } from "../tokens/tokens.ts";

/** A guest to be stored; `grant` makes the tokens to send to the guest once that is done. */
export interface PreparedGuest {
  readonly guest: NewGuest;
  readonly grant: () => Promise<Grant>;
}

export interface SessionOptions {
  readonly tokens: Tokens;
  readonly issuer: Issuer;
  readonly store: AuthStore;
  readonly clock: Clock;
  /** The caller an API key stands for; undefined for any other token. */
  readonly identifyKey: (token: string, check: SessionCheck) => Promise<Caller | undefined>;
}

/** Starts, refreshes, ends and recognises sessions. All methods throw PortFailure. */
export function createSessions({ tokens, issuer, store, clock, identifyKey }: SessionOptions) {
  /** A new guest, not stored yet; undefined where no signing secret is configured. */
  async function prepareGuest(): Promise<PreparedGuest | undefined> {
    const now = clock.now();
    const userId = uuidV7(now);
    const issued = await issuer.issue({ userId, kind: "guest" }, { userAgent: null });
    if (!issued) return undefined;
    const row = { id: userId, kind: "guest", email: null, name: null } as const;
    const createdAt = new Date(now);
    const grant = () => issued.grant({ ...row, created_at: createdAt });
    return { guest: { userId, createdAt, ...issued.session }, grant };
  }

  return {
    prepareGuest,

    /** A new guest, stored; undefined where no signing secret is configured. */
    async startGuest(): Promise<Grant | undefined> {
      const prepared = await prepareGuest();
      if (prepared) await store.insertGuest(prepared.guest);
      return prepared?.grant();
    },

    /**
     * The next pair of tokens; undefined when the refresh token is invalid, has expired or was replaced. One that
     * was replaced also ends its session, because two parties have it.
     */
    async refresh(refreshToken: string): Promise<Grant | undefined> {
      const parsed = parseRefreshToken(refreshToken);
      if (!parsed) return undefined;
      const candidates = await Promise.all(
        (await tokens.successors(refreshToken)).map(async (secret) => {
          const token = formatRefreshToken(parsed, secret);
          return { token, hash: await sha256(token) };
        }),
      );
      const [first] = candidates;
      if (!first) return undefined;
      const rotated = await store.rotate({
        presented: await digest(refreshToken, parsed),
        successor: first.hash,
        expiresAt: issuer.sessionEnd(),
        sessionLifetime: issuer.sessionLifetime,
      });
      if (!rotated) return undefined;
      // A retry gets the token its first try got, even if the signing secret was rotated in between.
      const valid = toBase64Url(rotated.refreshHash);
      const next = candidates.find(({ hash }) => toBase64Url(hash) === valid);
      if (!next) return undefined;
      const { sessionId } = parsed;
      return issuer.renew({ sessionId, user: rotated.user }, next.token);
    },

    /** Ends the session of a refresh token, also of one that was replaced; ignores any other text. */
    async signOut(refreshToken: string): Promise<void> {
      const parsed = parseRefreshToken(refreshToken);
      if (parsed) await store.endSession(await digest(refreshToken, parsed));
    },

    /**
     * The caller a bearer token stands for; undefined when it is invalid. `by-guard` also looks the session up.
     * An API key is not signed, so it is looked up either way, for `by-statement` once a minute.
     */
    async identify(token: string, check: SessionCheck): Promise<Caller | undefined> {
      const claims = await tokens.verify(token);
      if (!claims) return identifyKey(token, check);
      const { userId, kind, sessionId } = claims;
      const caller = { id: userId, kind, credential: { kind: "session", sessionId } } as const;
      if (check === "by-guard" && !(await store.sessionStands(caller))) return undefined;
      return caller;
    },
  };
}

export type Sessions = ReturnType<typeof createSessions>;

/** What the database compares of a refresh token. */
async function digest(
  refreshToken: string,
  { sessionId, familySecret }: RefreshToken,
): Promise<PresentedToken> {
  return {
    sessionId,
    tokenHash: await sha256(refreshToken),
    familyHash: familySecret === undefined ? null : await sha256(familySecret),
  };
}
