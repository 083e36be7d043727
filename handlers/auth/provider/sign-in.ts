import { sha256 } from "../../lib/bytes.ts";
import { uuidV7 } from "../../lib/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import { PortFailure } from "../../ports/failure.ts";
import type { IdentityProvider, ProviderProfile } from "../../ports/identity-provider.ts";
import type { LoggedIn, SignInCaller } from "../accounts/accounts.ts";
import type { Issuer } from "../tokens/issue.ts";
import { randomSecret } from "../tokens/secret-text.ts";
import { attemptOf, newAttemptSecret, recallAttempt, type Attempt } from "./attempt.ts";
import { readEmail, readName } from "./schema.ts";
import type { ProviderStore } from "./store.ts";

export interface ProviderSignInOptions {
  readonly provider: IdentityProvider;
  /** Where the provider sends people back to. */
  readonly redirectUri: string;
  readonly store: ProviderStore;
  readonly issuer: Issuer;
  readonly clock: Clock;
  /** Told when a guest has become an account. */
  readonly onMerge: (guestId: string, userId: string) => void;
}

/** Stable words for the page. */
export type SignInFailure =
  | "access_denied" // they said no at the provider
  | "provider_error" // the provider said something else than yes
  | "provider_unavailable"
  | "sign_in_expired" // too late, or begun in another browser
  | "sign_in_refused" // what came back was not good
  | "unavailable"; // our own database

interface Failed {
  readonly kind: "failed";
  readonly reason: SignInFailure;
  readonly cause?: unknown;
}

export type BegunSignIn =
  | { readonly kind: "begun"; readonly url: string; readonly secret: string }
  | Failed;

/** `code`: for the page, good for a minute, in the browser that keeps `secret`. */
export type Finished =
  | { readonly kind: "finished"; readonly code: string; readonly secret: string }
  | Failed;

export interface Answer {
  readonly code?: string | undefined;
  readonly state?: string | undefined;
  readonly error?: string | undefined;
}

export type Redeemed =
  | Exclude<LoggedIn, { kind: "wrong-password" }>
  | { readonly kind: "wrong-code" };

const longestCode = 2048;

/** Signing in with an account somewhere else, in three steps: out, back, and onto the page. */
export function createProviderSignIn(options: ProviderSignInOptions) {
  const { provider, redirectUri, store, issuer, clock } = options;

  /** The account's own code for the page. Throws PortFailure. */
  async function keepCode(profile: ProviderProfile): Promise<{ code: string; secret: string }> {
    const [code, secret] = [randomSecret(), randomSecret()];
    const recognised = {
      provider: "huggingface",
      subject: profile.subject,
      userId: uuidV7(clock.now()),
      email: readEmail(profile.email),
      name: readName(profile.name),
      codeHash: await codeDigest(code, secret),
    };
    await store.recognise(recognised).catch((error: unknown) => {
      if (!(error instanceof PortFailure) || error.code !== "conflict") throw error;
      return store.recognise(recognised);
    });
    return { code, secret };
  }

  function identify(code: string, { nonce, codeVerifier }: Attempt) {
    return provider.identify({ code, redirectUri, nonce, codeVerifier });
  }

  return {
    /** Where to send somebody, and what their browser must keep until they are back. */
    async begin(): Promise<BegunSignIn> {
      const secret = newAttemptSecret(clock.now());
      const { state, nonce, codeChallenge } = await attemptOf(secret);
      try {
        const request = { redirectUri, state, nonce, codeChallenge };
        return { kind: "begun", url: await provider.authorizationUrl(request), secret };
      } catch (cause) {
        return { kind: "failed", reason: "provider_unavailable", cause };
      }
    },

    /**
     * Takes somebody back who has been at the provider.
     *
     * @param kept what their browser kept: without it, an answer may be somebody else's, slipped in so that
     * the victim works in the attacker's account
     */
    async finish(answer: Answer, kept: string | undefined): Promise<Finished> {
      const attempt = await recallAttempt(kept, { state: answer.state, now: clock.now() });
      if (!attempt) return { kind: "failed", reason: "sign_in_expired" };
      if (answer.error !== undefined) {
        const isDenied = answer.error === "access_denied";
        return { kind: "failed", reason: isDenied ? "access_denied" : "provider_error" };
      }
      const { code = "" } = answer;
      if (code === "" || code.length > longestCode) {
        return { kind: "failed", reason: "sign_in_refused" };
      }
      let profile: ProviderProfile;
      try {
        profile = await identify(code, attempt);
      } catch (cause) {
        const isPassing = cause instanceof PortFailure && cause.retryable;
        return {
          kind: "failed",
          reason: isPassing ? "provider_unavailable" : "sign_in_refused",
          cause,
        };
      }
      try {
        return { kind: "finished", ...(await keepCode(profile)) };
      } catch (cause) {
        return { kind: "failed", reason: "unavailable", cause };
      }
    },

    /**
     * Signs in by the code that `finish` gave, once; a guest's conversations become the account's.
     *
     * @param kept what the browser keeps: a code that was sent to somebody else signs nobody in
     */
    async redeem(code: string, kept: string | undefined, caller: SignInCaller): Promise<Redeemed> {
      const codeHash = await codeDigest(code, kept ?? "");
      const userId = await store.findCode(codeHash);
      if (userId === undefined) return { kind: "wrong-code" };
      const issued = await issuer.issue({ userId, kind: "user" }, caller.userAgent);
      if (!issued) return { kind: "no-secret" };
      const { guestId } = caller;
      const row = await store.redeem(codeHash, { session: issued.session, guestId });
      if (!row) return { kind: "wrong-code" };
      if (guestId !== undefined) options.onMerge(guestId, row.id);
      return { kind: "signed-in", grant: issued.grant(row) };
    },
  };
}

export type ProviderSignIn = ReturnType<typeof createProviderSignIn>;

function codeDigest(code: string, secret: string): Promise<Uint8Array> {
  return sha256(`${code} ${secret}`);
}
