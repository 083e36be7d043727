import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { PasswordHasher } from "../ports/password-hasher.ts";
import type { SigningSecrets } from "../ports/signing-secrets.ts";
import { createAccounts } from "./accounts/accounts.ts";
import { createAccountStore } from "./accounts/store.ts";
import { createIssuer } from "./tokens/issue.ts";
import { createKeys } from "./keys/keys.ts";
import { createKeyStore } from "./keys/store.ts";
import { createProviderStore } from "./provider/store.ts";
import { createSessions } from "./sessions/sessions.ts";
import { createAuthStore } from "./sessions/store.ts";
import { createTokens } from "./tokens/tokens.ts";

interface AuthPorts {
  readonly database: Database;
  readonly secrets: SigningSecrets;
  readonly passwordHasher: PasswordHasher;
  readonly clock: Clock;
}

export interface AuthOptions {
  /** Milliseconds. */
  readonly accessTokenLifetime: number;
  /** Milliseconds. */
  readonly refreshTokenLifetime: number;
  /** Told when a guest has become an account: what runs for the one is the other's from now on. */
  readonly onMerge: (guestId: string, userId: string) => void;
  /** Told when an account has been deleted: nothing runs for it any more. */
  readonly onRemove: (userId: string) => void;
}

/** Everything that says who is who, put together: what the routes of this folder are given. */
export function createAuth(
  { database, secrets, passwordHasher: hasher, clock }: AuthPorts,
  { onMerge, onRemove, ...lifetimes }: AuthOptions,
) {
  const tokens = createTokens(secrets, clock, lifetimes.accessTokenLifetime);
  const issuer = createIssuer({ tokens, clock, ...lifetimes });
  const keyStore = createKeyStore(database);
  const keys = createKeys(keyStore, clock);
  const accountStore = createAccountStore(database);
  return {
    keys,
    keyStore,
    accountStore,
    accounts: createAccounts({ store: accountStore, issuer, hasher, clock, onMerge, onRemove }),
    sessions: createSessions({
      tokens,
      issuer,
      store: createAuthStore(database),
      clock,
      identifyKey: (token, check) => keys.identify(token, check),
    }),
    /** What signing in with an account from elsewhere needs, beside the provider. */
    elsewhere: { store: createProviderStore(database), issuer, clock, onMerge },
  };
}
