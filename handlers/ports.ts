import type { StartDocuments } from "./documents/ingest-at-start.ts";
import type { OutsideVectors } from "./documents/vectors.ts";
import type { Assets } from "./ports/assets.ts";
import type { Clock } from "./ports/clock.ts";
import type { DatabaseService } from "./ports/database.ts";
import type { Dependency } from "./ports/dependency.ts";
import type { Embedder } from "./ports/embedder.ts";
import type { IdentityProvider } from "./ports/identity-provider.ts";
import type { LanguageModel } from "./ports/language-model.ts";
import type { Logger } from "./ports/logger.ts";
import type { PasswordHasher } from "./ports/password-hasher.ts";
import type { SigningSecrets } from "./ports/signing-secrets.ts";

/** Everything outside that Docent talks to. */
export interface Ports {
  readonly database: DatabaseService;
  readonly languageModel: LanguageModel;
  /** Undefined: documents are searched by their words alone. */
  readonly embedder?: Embedder | undefined;
  /** Where vectors are kept or found, other than in the database. */
  readonly vectors?: OutsideVectors | undefined;
  readonly secrets: SigningSecrets;
  readonly passwordHasher: PasswordHasher;
  /** Undefined: everybody signs in with a password. */
  readonly identityProvider?: IdentityProvider | undefined;
  readonly assets: Assets;
  /** What is taken in at start. */
  readonly documents: StartDocuments;
  /** What health reports on beside the database. */
  readonly dependencies?: readonly Dependency[];
  readonly logger: Logger;
  readonly clock: Clock;
}
