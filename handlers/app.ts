import { createAccounts } from "./auth/account/accounts.ts";
import { accountRoutes } from "./auth/account/routes.ts";
import { createAccountStore } from "./auth/account/store.ts";
import { createIssuer } from "./auth/issue.ts";
import { createKeys } from "./auth/keys/keys.ts";
import { keyRoutes } from "./auth/keys/routes.ts";
import { createKeyStore } from "./auth/keys/store.ts";
import { authRoutes } from "./auth/routes.ts";
import { createSessions } from "./auth/sessions.ts";
import { createAuthStore, existingSession } from "./auth/store.ts";
import { createTokens } from "./auth/tokens.ts";
import { conversationRoutes } from "./chat/conversations/routes.ts";
import { createConversationStore } from "./chat/conversations/store.ts";
import { chatRoutes } from "./chat/routes.ts";
import { createRuns } from "./chat/run.ts";
import { createChatStore } from "./chat/store.ts";
import { createRetrieval, quoteSelection } from "./documents/answers.ts";
import { createIngest, type Ingest } from "./documents/ingest.ts";
import { ingestAtStart, type StartDocuments } from "./documents/ingest-at-start.ts";
import { createLibrary } from "./documents/library.ts";
import { documentRoutes } from "./documents/routes.ts";
import { createSearch } from "./documents/search.ts";
import { readHeadings } from "./documents/store-suggestions.ts";
import { createUpkeep } from "./documents/upkeep.ts";
import { reportHealth } from "./health/report.ts";
import { healthRoutes } from "./health/routes.ts";
import { createClientAddress } from "./http/client-address.ts";
import type { Platform } from "./http/context.ts";
import { createOriginPolicy } from "./http/cors.ts";
import { createGuard } from "./http/guard.ts";
import { settingsMissing } from "./http/problem.ts";
import type { Route } from "./http/route.ts";
import { createRouter } from "./http/router.ts";
import { openapiRoutes } from "./openapi/routes.ts";
import type { Assets } from "./ports/assets.ts";
import type { Clock } from "./ports/clock.ts";
import type { DatabaseService } from "./ports/database.ts";
import type { LanguageModel } from "./ports/language-model.ts";
import type { Logger } from "./ports/logger.ts";
import type { PasswordHasher } from "./ports/password-hasher.ts";
import type { SigningSecrets } from "./ports/signing-secrets.ts";
import type { Affected, ParsedSettings } from "./settings.ts";
import { taskRoutes } from "./tasks/routes.ts";
import { createTaskStore } from "./tasks/store.ts";
import { docsRoutes } from "./web/docs.ts";
import { webRoutes } from "./web/routes.ts";
import { version } from "./version.ts";

/** Everything outside that Docent talks to. */
export interface Ports {
  readonly database: DatabaseService;
  readonly languageModel: LanguageModel;
  readonly secrets: SigningSecrets;
  readonly passwordHasher: PasswordHasher;
  readonly assets: Assets;
  /** What is taken in at start. */
  readonly documents: StartDocuments;
  readonly logger: Logger;
  readonly clock: Clock;
}

export interface App {
  /** Answers a request. Never throws. */
  fetch(request: Request, platform?: Platform): Promise<Response>;
  /** Takes documents in, as the command line does in its own process. Throws PortFailure. */
  readonly ingest: Ingest;
  readonly routes: readonly Route[];
  /** Connects, migrates and ingests in the background; the app answers meanwhile. */
  start(): Promise<void>;
  /** Lets running answers finish for so many milliseconds, saves what there is, and lets go of everything. */
  stop(milliseconds?: number): Promise<void>;
}

const drainMilliseconds = 25_000;
const suggestionLimit = 4;

/** The table of contents: which features there are, and what each is given. */
export function createApp(ports: Ports, { settings, problems }: ParsedSettings): App {
  const { database, logger, clock } = ports;
  const brokenSetting = (...needed: readonly Affected[]) =>
    problems.find(({ affects }) => affects.some((part) => needed.includes(part)))?.name;
  /** Routes that answer 503 while a setting they depend on has to be mended. */
  const needing = (needed: readonly Affected[], dependents: readonly Route[]): Route[] =>
    dependents.map((route) => ({ ...route, closedBy: brokenSetting(...needed) }));
  const startedAt = clock.now();
  const stopping = new AbortController();

  const tokens = createTokens(ports.secrets, clock, settings.tokens.accessTokenLifetime);
  const issuer = createIssuer({ tokens, clock, ...settings.tokens });
  const keyStore = createKeyStore(database);
  const keys = createKeys(keyStore, clock);
  const sessions = createSessions({
    tokens,
    issuer,
    store: createAuthStore(database),
    clock,
    identifyKey: (token) => keys.identify(token),
  });
  const runs = createRuns(clock);
  const accountStore = createAccountStore(database);
  const accounts = createAccounts({
    store: accountStore,
    issuer,
    hasher: ports.passwordHasher,
    clock,
    onMerge: (guestId, userId) => runs.changeOwner(guestId, userId),
  });
  // A word that cannot be read may have been meant to keep guests out.
  const guests =
    settings.chat.access === "public" && !brokenSetting("chat") ? "welcome" : "refused";
  const upkeep = createUpkeep(database);
  const ingest = createIngest(database, upkeep);
  const library = createLibrary(database);
  const search = createSearch(database);
  const urlBase = settings.documents.urlBase ?? null;

  const routes: Route[] = [
    ...healthRoutes(() =>
      reportHealth({
        database: database.state(),
        languageModel: ports.languageModel.name,
        problems,
        version,
        startedAt,
        now: clock.now(),
      }),
    ),
    ...needing(
      ["auth", "database"],
      [
        ...authRoutes({ sessions, accounts, guests }),
        ...accountRoutes(accounts, accountStore),
        ...keyRoutes(keys, keyStore),
      ],
    ),
    ...needing(
      ["auth", "database", "chat"],
      chatRoutes({
        store: createChatStore(database),
        model: ports.languageModel,
        runs,
        clock,
        logger,
        limits: {
          messageMax: settings.chat.messageMaximum,
          contextMax: settings.chat.contextMaximum,
        },
        asker: (identity) =>
          sessions.actor(
            identity.kind === "guest" || identity.kind === "user" ? identity : undefined,
          ),
        retrieve: createRetrieval(search),
        quote: quoteSelection,
      }),
    ),
    ...needing(
      ["auth", "database", "chat"],
      conversationRoutes({ store: createConversationStore(database), runs }),
    ),
    ...needing(
      ["auth", "database"],
      taskRoutes({ store: createTaskStore(database, clock), sessionOf: existingSession }),
    ),
    ...needing(
      ["database"],
      documentRoutes({
        ingest,
        library,
        search,
        suggest: () => readHeadings(database, suggestionLimit),
        urlBase,
        sizeLimit: settings.documents.sizeLimit,
      }),
    ),
    ...webRoutes(ports.assets, version),
    ...docsRoutes(ports.assets),
    ...openapiRoutes(async () => {
      const { describeRoutes } = await import("./openapi/describe.ts");
      return describeRoutes(routes, version);
    }),
  ];

  const handle = createRouter(routes, {
    logger,
    clock,
    origins: createOriginPolicy(settings.server.allowedOrigins),
    bodyLimit: settings.server.bodyLimit,
    clientAddress: createClientAddress(settings.server.trustedProxies),
    admit: createGuard({
      guests,
      adminKey: settings.adminKey,
      identify(token, check) {
        const secret = brokenSetting("auth");
        if (secret !== undefined) throw settingsMissing(secret);
        return sessions.identify(token, check);
      },
    }),
  });

  return {
    fetch: (request, platform = {}) => handle(request, platform),
    ingest,
    routes,
    async start() {
      await database.start();
      await ingestAtStart(ports.documents, {
        ingest,
        library,
        upkeep,
        urlBase,
        logger,
        signal: stopping.signal,
      });
    },
    async stop(milliseconds = drainMilliseconds) {
      stopping.abort();
      await runs.drain(milliseconds);
      await database.stop();
    },
  };
}
