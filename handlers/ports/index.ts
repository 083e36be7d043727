import type { Assets } from "./assets.ts";
import type { Clock } from "./clock.ts";
import type { DatabaseService } from "./database.ts";
import type { Dependency } from "./dependency.ts";
import type { StartDocuments } from "./document-source.ts";
import type { Embedder } from "./embedder.ts";
import type { IdentityProvider } from "./identity-provider.ts";
import type { LanguageModel, UpstreamModel } from "./language-model.ts";
import type { Logger } from "./logger.ts";
import type { PasswordHasher } from "./password-hasher.ts";
import type { SigningSecrets } from "./signing-secrets.ts";
import type { StorageWatch } from "./storage.ts";
import type { Tracer } from "./tracer.ts";
import type { OutsideVectors } from "./vector-store.ts";

/** Everything outside the handlers that they use. */
export interface Ports {
  readonly database: DatabaseService;
  /** The disk of the embedded database; undefined where the database is elsewhere. */
  readonly storage?: StorageWatch | undefined;
  readonly languageModel: LanguageModel;
  /** The models behind it, one by one, for API keys with the scope `models`. */
  readonly upstreams?: readonly UpstreamModel[];
  /** Undefined: documents are searched by their words alone. */
  readonly embedder?: Embedder | undefined;
  /** A vector store or collection outside the database. */
  readonly vectors?: OutsideVectors | undefined;
  readonly secrets: SigningSecrets;
  readonly passwordHasher: PasswordHasher;
  /** Undefined: users can only sign in with a password. */
  readonly identityProvider?: IdentityProvider | undefined;
  readonly assets: Assets;
  /** Ingested at the start. */
  readonly documents: StartDocuments;
  /** The services that health reports on besides the database. */
  readonly dependencies?: readonly Dependency[];
  /** Undefined: nothing is traced. */
  readonly tracer?: Tracer | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  /** `request`: nothing runs between requests; `server` by default. */
  readonly lifetime?: "server" | "request" | undefined;
}
