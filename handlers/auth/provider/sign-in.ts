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
  /** The address to which the provider sends the browser back. */
  readonly redirectUri: string;
  readonly store: ProviderStore;
  readonly issuer: Issuer;
  readonly clock: Clock;
  /** Called when a guest has become an account. */
  readonly onMerge: (guestId: string, userId: string) => void;
}

/** Stable codes for the page. */
export type SignInFailure =
  | "access_denied" // the user declined at the provider
  | "provider_error" // the provider reported another error
  | "provider_unavailable"
  | "sign_in_expired" // too late, or begun in another browser
  | "sign_in_refused" // the provider's code or ID token is invalid
  | "unavailable"; // Docent's database is down

interface Failed {
  readonly kind: "failed";
  readonly reason: SignInFailure;
  readonly cause?: unknown;
}

export type BegunSignIn =
  | { readonly kind: "begun"; readonly url: string; readonly secret: string }
  | Failed;

/** `code`: for the page, valid for 60 seconds in the browser that keeps `secret`. */
export type Finished =
  | { readonly kind: "finished"; readonly code: string; readonly secret: string }
  | Failed;

export interface SignInAnswer {
  readonly code?: string | undefined;
  readonly state?: string | undefined;
  readonly error?: string | undefined;
}

export type Redeemed =
  | Exclude<LoggedIn, { kind: "wrong-password" }>
  | { readonly kind: "wrong-code" };

const longestCode = 2048;

/** Signing in with an identity provider, in three steps: to the provider, back, and to the page. */
export function createProviderSignIn(options: ProviderSignInOptions) {
  const { provider, redirectUri, store, issuer, clock } = options;

  /** Makes the code for the page, and the account if there is none. @throws PortFailure */
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
    /** The provider's address for the browser, and the secret it keeps until it returns. Never throws. */
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
     * Checks the provider's answer and makes a code for the page. Never throws.
     *
     * @param kept the secret in the browser's cookie: without it, an attacker could pass a victim their own
     * answer, so that the victim works in the attacker's account
     */
    async finish(answer: SignInAnswer, kept: string | undefined): Promise<Finished> {
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
     * @param kept the secret in the browser's cookie: the code does not work in another browser
     * @throws PortFailure
     */
    async redeem(code: string, kept: string | undefined, caller: SignInCaller): Promise<Redeemed> {
      const codeHash = await codeDigest(code, kept ?? "");
      const userId = await store.findCode(codeHash);
      if (userId === undefined) return { kind: "wrong-code" };
      const issued = await issuer.issue({ userId, kind: "user" }, caller);
      if (!issued) return { kind: "no-secret" };
      const { guestId } = caller;
      const row = await store.redeem(codeHash, { session: issued.session, guestId });
      if (!row) return { kind: "wrong-code" };
      if (guestId !== undefined) options.onMerge(guestId, row.id);
      return { kind: "signed-in", grant: await issued.grant(row) };
    },
  };
}

export type ProviderSignIn = ReturnType<typeof createProviderSignIn>;

function codeDigest(code: string, secret: string): Promise<Uint8Array> {
  return sha256(`${code} ${secret}`);
}
