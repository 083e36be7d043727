import type { Route } from "../http/route.ts";
import type { Assets } from "../ports/assets.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { IdentityProvider } from "../ports/identity-provider.ts";
import type { Logger } from "../ports/logger.ts";
import type { PasswordHasher } from "../ports/password-hasher.ts";
import type { SigningSecrets } from "../ports/signing-secrets.ts";
import { createAccounts } from "./accounts/accounts.ts";
import { accountRoutes } from "./accounts/routes.ts";
import { createSweepStore } from "./accounts/store-sweep.ts";
import { createAccountStore } from "./accounts/store.ts";
import { accountSweeps } from "./accounts/sweep.ts";
import { createKeys } from "./keys/keys.ts";
import { keyRoutes } from "./keys/routes.ts";
import { createKeyStore } from "./keys/store.ts";
import { createCommonPasswords } from "./passwords/common-passwords.ts";
import { providerRoutes } from "./provider/routes.ts";
import { createProviderStore } from "./provider/store.ts";
import { authRoutes } from "./sessions/routes.ts";
import { createSessions } from "./sessions/sessions.ts";
import { existingSessionStatement, newGuestStatement } from "./sessions/store-admission.ts";
import { createAuthStore } from "./sessions/store.ts";
import { createIssuer } from "./tokens/issue.ts";
import { createTokens } from "./tokens/tokens.ts";

interface AuthPorts {
  readonly database: Database;
  readonly secrets: SigningSecrets;
  readonly passwordHasher: PasswordHasher;
  readonly identityProvider?: IdentityProvider | undefined;
  /** Hold the list of common passwords. */
  readonly assets: Assets;
  readonly logger: Logger;
  readonly clock: Clock;
}

export interface AuthOptions {
  /** Milliseconds. */
  readonly accessTokenLifetime: number;
  /** Milliseconds. */
  readonly refreshTokenLifetime: number;
  /** Of a session, however often it is refreshed; milliseconds. */
  readonly sessionLifetime: number;
  /** How long idle guests are kept, milliseconds. */
  readonly guestRetention: number;
  /** Whether callers without an account may start as guests. */
  readonly guests: "welcome" | "refused";
  /** This server's public address; without it, signing in with the identity provider is off. */
  readonly publicUrl: string | undefined;
  /** The missing or invalid setting that closes signing in with the identity provider. */
  readonly providerClosedBy: string | undefined;
  /** Called when a guest has become an account, which takes over the guest's running answers. */
  readonly onMerge: (guestId: string, userId: string) => void;
  /** Called when an account has been deleted: its running answers must end. */
  readonly onRemove: (userId: string) => void;
}

/** Wires accounts, sessions, API keys and the sign-in with an identity provider. */
export function createAuth(
  { database, secrets, passwordHasher: hasher, identityProvider, assets, logger, clock }: AuthPorts,
  {
    guests,
    guestRetention,
    publicUrl,
    providerClosedBy,
    onMerge,
    onRemove,
    ...lifetimes
  }: AuthOptions,
) {
  const tokens = createTokens(secrets, clock, lifetimes.accessTokenLifetime);
  const issuer = createIssuer({ tokens, clock, ...lifetimes });
  const keyStore = createKeyStore(database);
  const keys = createKeys(keyStore, clock);
  const accountStore = createAccountStore(database);
  const accounts = createAccounts({
    store: accountStore,
    issuer,
    tokens,
    hasher,
    isCommonPassword: createCommonPasswords(assets, logger),
    clock,
    onMerge,
    onRemove,
  });
  const sessions = createSessions({
    tokens,
    issuer,
    store: createAuthStore(database),
    clock,
    identifyKey: (token, check) => keys.identify(token, check),
  });

  return {
    routes: [
      ...authRoutes({ sessions, accounts, guests }),
      ...accountRoutes(accounts, accountStore),
      ...keyRoutes(keys, keyStore),
    ] satisfies Route[],
    providerRoutes: providerRoutes({
      store: createProviderStore(database),
      issuer,
      clock,
      onMerge,
      provider: identityProvider,
      publicUrl,
      closedBy: providerClosedBy,
    }),
    sweeps: accountSweeps(createSweepStore(database), guestRetention),
    sessions,
    isKnownAddress: (account: string, address: string) => accounts.isKnownAddress(account, address),
    /** The sessions that statements look up or create: see `createAdmissions`. */
    sessionStatements: {
      existing: existingSessionStatement,
      async newGuest() {
        const prepared = await sessions.prepareGuest();
        return prepared && newGuestStatement(prepared);
      },
    },
  };
}
