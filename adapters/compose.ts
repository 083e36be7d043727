import type { Ports } from "../handlers/app.ts";
import { systemClock } from "../handlers/lib/time.ts";
import type { DocumentSource } from "../handlers/ports/document-source.ts";
import type { Assets } from "../handlers/ports/assets.ts";
import type { Clock } from "../handlers/ports/clock.ts";
import type { Database } from "../handlers/ports/database.ts";
import type { Dependency } from "../handlers/ports/dependency.ts";
import type { Embedder } from "../handlers/ports/embedder.ts";
import type { Logger } from "../handlers/ports/logger.ts";
import type { PasswordHasher } from "../handlers/ports/password-hasher.ts";
import type { SigningSecrets } from "../handlers/ports/signing-secrets.ts";
import type { StorageWatch } from "../handlers/ports/storage.ts";
import type { Settings } from "../handlers/settings/index.ts";
import { hasSessions } from "./databases/has-sessions.ts";
import { chooseDatabase } from "./databases/choose.ts";
import type { OpenDatabase } from "./databases/supervise.ts";
import type { StreamingFetch } from "./http/streaming-fetch.ts";
import { createLateProvider } from "./identity-providers/huggingface/late-provider.ts";
import { chooseLanguageModel } from "./language-models/choose.ts";
import { createCircuit, type Circuit } from "./circuit.ts";
import { chooseEmbedder, embedderDependency } from "./embedders/choose.ts";
import { createGivenSecret } from "./secrets/given-secret.ts";
import { chooseTracer } from "./tracers/choose.ts";
import { chooseVectorStore } from "./vector-stores/choose.ts";

/** `embedder` is undefined where it cannot be used; the dependency says why. */
interface OfferedEmbedder {
  readonly embedder: Embedder | undefined;
  readonly dependency: Dependency;
}

export interface SecretOptions {
  readonly previous: Uint8Array | undefined;
  /** Whether any session was signed before. @throws PortFailure */
  wasUsed(): Promise<boolean>;
}

/** What a runtime can do. What it leaves out is not in its bundle either. */
export interface Capabilities {
  readonly logger: Logger;
  readonly assets: Assets;
  readonly passwordHasher: PasswordHasher;
  /** Opens and migrates PostgreSQL embedded in this process, restored from its backup where one is set. */
  readonly openEmbeddedDatabase?: (
    settings: Settings,
    signal: AbortSignal,
  ) => Promise<OpenDatabase>;
  /** The disk of the embedded database, and its backup. */
  readonly watchStorage?: (settings: Settings) => StorageWatch;
  /** Opens any PostgreSQL over TCP. Without it only Neon can be used, over HTTP. */
  readonly openPostgres?: (url: string) => Promise<OpenDatabase>;
  /** Applies the pending migrations, on runtimes that migrate. @throws PortFailure */
  readonly bringUpToDate?: (database: Database, logger: Logger) => Promise<unknown>;
  /** `request`: nothing runs between requests, and `docent migrate` applies migrations. */
  readonly lifetime?: "server" | "request";
  /** The folder in DOCUMENTS_DIR as a document source, and that source's name. */
  readonly openFolder?: (
    directory: string,
    settings: Settings,
  ) => { readonly name: string; readonly source: DocumentSource };
  /** Docent's own README. */
  readonly bundledDocuments?: DocumentSource;
  /** A signing secret generated and kept on this machine, for when none is set. */
  readonly keepSecret?: (settings: Settings, options: SecretOptions) => SigningSecrets;
  /** The embedder in the box; undefined where it is off or no model is there. */
  readonly openLocalEmbedder?: (
    settings: Settings,
    circuit: Circuit,
  ) => OfferedEmbedder | undefined;
  /** For requests to models and the identity provider; the platform's unless given. */
  readonly fetch?: typeof fetch;
  /** For the answers of language models; `fetch` unless given. */
  readonly fetchStream?: StreamingFetch;
  readonly clock?: Clock;
}

/** Chooses an adapter for every port: from the settings and from what this runtime can do. Connects to nothing yet. */
export function compose(settings: Settings, capabilities: Capabilities): Ports {
  const { logger, assets, passwordHasher, lifetime = "server", clock = systemClock } = capabilities;
  const { openEmbeddedDatabase } = capabilities;
  const { directory } = settings.documents;
  // Called as a function: Cloudflare Workers refuse `fetch` called as a method.
  const ask: typeof fetch = capabilities.fetch ?? ((input, init) => fetch(input, init));
  const { identityProvider } = settings;
  const { dependencies: models, ...languageModels } = chooseLanguageModel({
    ...settings.models,
    answerTokens: settings.chat.answerTokens,
    fetch: capabilities.fetchStream ?? ask,
    clock,
    logger,
  });
  const stored = chooseVectorStore(settings.vectorStore, serviceCircuit("vector_store", clock));
  const embedding = serviceCircuit("embedder", clock);
  const remote = chooseEmbedder(settings.models.embedder, embedding);
  // Vectors of a collection that another system filled are seldom those of the model in the box.
  const isForeign = stored?.vectors.kind === "foreign";
  const isWanted = !isForeign || settings.models.localEmbedder.mode === "on";
  const embedder: OfferedEmbedder | undefined = remote
    ? { embedder: remote, dependency: embedderDependency(remote, embedding) }
    : isWanted
      ? capabilities.openLocalEmbedder?.(settings, embedding)
      : undefined;
  const database = chooseDatabase(settings.database, {
    ...capabilities,
    openEmbedded: openEmbeddedDatabase && ((signal) => openEmbeddedDatabase(settings, signal)),
    lifetime,
    clock,
  });
  return {
    database,
    storage:
      settings.database.kind === "embedded" ? capabilities.watchStorage?.(settings) : undefined,
    ...languageModels,
    embedder: embedder?.embedder,
    vectors: stored?.vectors,
    secrets: chooseSecrets(settings, capabilities, database),
    passwordHasher,
    identityProvider:
      identityProvider && createLateProvider({ ...identityProvider, fetch: ask, clock }),
    assets,
    documents: {
      // Beside a collection of the operator's own, Docent's README would only distract.
      bundled: isForeign ? undefined : capabilities.bundledDocuments,
      configured:
        directory === undefined ? undefined : capabilities.openFolder?.(directory, settings),
    },
    dependencies: [
      ...models,
      ...(stored ? [stored.dependency] : []),
      ...(embedder ? [embedder.dependency] : []),
    ],
    tracer: chooseTracer({ ...settings.tracing, fetch: ask, lifetime, logger, clock }),
    logger,
    clock,
    lifetime,
  };
}

/** The circuit of the vector store or the embedder. */
function serviceCircuit(name: string, clock: Clock): Circuit {
  return createCircuit({ name, failures: 3, openMilliseconds: 60_000, clock });
}

function chooseSecrets(
  { tokens, ...settings }: Settings,
  { keepSecret }: Capabilities,
  database: Database,
): SigningSecrets {
  const previous = tokens.previousSecret;
  if (tokens.secret.kind === "generate" && keepSecret) {
    const older = previous === undefined ? undefined : new TextEncoder().encode(previous);
    const options = { previous: older, wasUsed: () => hasSessions(database) };
    return keepSecret({ tokens, ...settings }, options);
  }
  const current = tokens.secret.kind === "given" ? tokens.secret.value : undefined;
  return createGivenSecret(current, previous);
}
