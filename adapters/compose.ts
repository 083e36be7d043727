import type { Ports } from "../handlers/app.ts";
import type { DocumentSource } from "../handlers/ports/document-source.ts";
import type { Assets } from "../handlers/ports/assets.ts";
import { PortFailure } from "../handlers/ports/failure.ts";
import type { Logger } from "../handlers/ports/logger.ts";
import type { PasswordHasher } from "../handlers/ports/password-hasher.ts";
import type { SigningSecrets } from "../handlers/ports/signing-secrets.ts";
import type { Settings } from "../handlers/settings.ts";
import { superviseDatabase, type OpenDatabase } from "./databases/supervise.ts";
import { createExtractiveModel } from "./language-models/extractive.ts";
import { createGivenSecret } from "./secrets/given-secret.ts";

/** What a runtime brings along. What it cannot do it leaves out, and so out of its bundle. */
export interface Offers {
  readonly logger: Logger;
  readonly assets: Assets;
  readonly passwordHasher: PasswordHasher;
  /** Opens and migrates PostgreSQL embedded in this process. */
  readonly openEmbeddedDatabase?: (settings: Settings) => Promise<OpenDatabase>;
  /** The folder of documents that the settings name, and its source's name. */
  readonly openFolder?: (
    directory: string,
    settings: Settings,
  ) => { readonly name: string; readonly source: DocumentSource };
  /** Docent's own README. */
  readonly bundledDocuments?: DocumentSource;
  /** A secret of this machine's own, where none is given. */
  readonly keepSecret?: (settings: Settings, previous?: Uint8Array) => SigningSecrets;
}

/** Chooses an adapter for every port: from what is set, and what this runtime offers. */
export function compose(settings: Settings, offers: Offers): Ports {
  const { logger, assets, passwordHasher } = offers;
  const { directory } = settings.documents;
  return {
    database: superviseDatabase(() => openDatabase(settings, offers), logger),
    languageModel: createExtractiveModel(),
    secrets: chooseSecrets(settings, offers),
    passwordHasher,
    assets,
    documents: {
      bundled: offers.bundledDocuments,
      configured: directory === undefined ? undefined : offers.openFolder?.(directory, settings),
    },
    logger,
    clock: { now: Date.now },
  };
}

function openDatabase(settings: Settings, { openEmbeddedDatabase }: Offers): Promise<OpenDatabase> {
  if (settings.database.kind === "embedded" && openEmbeddedDatabase) {
    return openEmbeddedDatabase(settings);
  }
  const message = "This version speaks to the embedded database alone: unset DATABASE_URL.";
  return Promise.reject(new PortFailure("invalid", message, { retryable: false }));
}

function chooseSecrets({ tokens, ...settings }: Settings, { keepSecret }: Offers): SigningSecrets {
  const previous = tokens.previousSecret;
  if (tokens.secret.kind === "generate" && keepSecret) {
    const older = previous === undefined ? undefined : new TextEncoder().encode(previous);
    return keepSecret({ tokens, ...settings }, older);
  }
  const current = tokens.secret.kind === "given" ? tokens.secret.value : undefined;
  return createGivenSecret(current, previous);
}
