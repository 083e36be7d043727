import { accountRoutes } from "./auth/accounts/routes.ts";
import { createAuth } from "./auth/index.ts";
import { isScoped } from "./auth/tokens/holder.ts";
import { keyRoutes } from "./auth/keys/routes.ts";
import { authRoutes } from "./auth/sessions/routes.ts";
import { providerRoutes } from "./auth/provider/routes.ts";
import { createSweepStore } from "./auth/accounts/store-sweep.ts";
import { existingSession } from "./auth/sessions/store.ts";
import { accountSweeps } from "./auth/accounts/sweep.ts";
import { conversationRoutes } from "./chat/conversations/routes.ts";
import { createConversationStore } from "./chat/conversations/store.ts";
import { chatRoutes } from "./chat/routes.ts";
import { createRuns } from "./chat/turns/run.ts";
import { createConfirmationStore } from "./chat/tools/store-confirmations.ts";
import { createChatStore } from "./chat/turns/store.ts";
import { createRetrieval, quoteSelection } from "./documents/search/answers.ts";
import { createIngest, type Ingest } from "./documents/ingest/ingest.ts";
import { ingestAtStart } from "./documents/ingest/ingest-at-start.ts";
import { createLibrary } from "./documents/ingest/library.ts";
import { documentRoutes } from "./documents/routes.ts";
import { createSearch } from "./documents/search/search.ts";
import { readHeadings } from "./documents/ingest/store-suggestions.ts";
import { createDocumentTools } from "./documents/tools.ts";
import { createUpkeep } from "./documents/index/upkeep.ts";
import { createHealth } from "./health/report.ts";
import { createVectors } from "./documents/semantic/index.ts";
import { healthRoutes } from "./health/routes.ts";
import { workBehind } from "./http/after-response.ts";
import { createClientAddress } from "./http/rate-limits/client-address.ts";
import type { Identity, Platform } from "./http/context.ts";
import { createOriginPolicy } from "./http/cors.ts";
import { createGuard } from "./http/access/guard.ts";
import { createLimiter } from "./http/rate-limits/limiter.ts";
import { chatLimit, decisionLimit } from "./http/rate-limits/limits.ts";
import { settingsMissing } from "./http/problem.ts";
import type { Route } from "./http/route.ts";
import { createRouter } from "./http/router.ts";
import { createLimitStore, isPermitted, permit } from "./http/rate-limits/store.ts";
import { openapiRoutes } from "./openapi/routes.ts";
import type { Affected, ParsedSettings } from "./settings/index.ts";
import { createSweeper, type Sweeper } from "./lib/sweeper.ts";
import { taskRoutes } from "./tasks/routes.ts";
import { createTaskStore } from "./tasks/store.ts";
import { createTaskTools } from "./tasks/tools.ts";
import { docsRoutes } from "./web/docs.ts";
import { webRoutes } from "./web/routes.ts";
import type { Ports } from "./ports/index.ts";
import { version } from "./lib/version.ts";

export type { Ports } from "./ports/index.ts";
export interface App {
  /** Answers a request. Never throws. */
  fetch(request: Request, platform?: Platform): Promise<Response>;
  /** Takes documents in, as the command line does in its own process. Throws PortFailure. */
  readonly ingest: Ingest;
  readonly routes: readonly Route[];
  /** Removes what nobody needs any more; a started app does so by itself. How many rows of each. */
  readonly sweep: Sweeper["sweep"];
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
  const stopping = new AbortController();

  const runs = createRuns(clock);
  const { sessions, accounts, accountStore, keys, keyStore, elsewhere } = createAuth(ports, {
    ...settings.tokens,
    onMerge: (guestId, userId) => runs.changeOwner(guestId, userId),
    onRemove: (userId) => runs.stopOf(userId),
  });
  const limitStore = createLimitStore(database);
  const limiter = createLimiter({
    chat: settings.chat.rateLimit,
    read: settings.readRateLimit,
    clock,
    count: (counts) => limitStore.count(counts),
  });
  const accountSweep = accountSweeps(createSweepStore(database), settings.guestRetention);
  const confirmations = createConfirmationStore(database);
  const sweeper = createSweeper(
    {
      ...accountSweep,
      limits: () => limitStore.sweep(),
      confirmations: () => confirmations.sweep(),
    },
    logger,
  );
  // A word that cannot be read may have been meant to keep guests out.
  const guests =
    settings.chat.access === "public" && !brokenSetting("chat") ? "welcome" : "refused";
  const { embedder, vectors: outside } = ports;
  const index = settings.database.kind === "embedded" ? "exact" : "hnsw";
  const vectors = embedder && createVectors({ ...ports, embedder, outside, index });
  const upkeep = createUpkeep(database, { onDone: vectors?.wake });
  const ingest = createIngest(database, upkeep);
  const library = createLibrary(database);
  const search = createSearch(database, vectors?.meaning, vectors?.wake);
  const urlBase = settings.documents.urlBase ?? null;
  const taskStore = createTaskStore(database, clock);
  const documentTools = createDocumentTools(search);
  const userTools = [...createTaskTools(taskStore), ...documentTools];
  /** What the assistant may do for somebody. */
  const toolsOf = (identity: Identity) =>
    identity.kind === "user" && isScoped(identity.credential, "tasks") ? userTools : documentTools;

  const routes: Route[] = [
    ...healthRoutes(
      createHealth({
        database,
        dependencies: ports.dependencies ?? [],
        inPlace: {
          language_model: ports.languageModel.name,
          get vector_store() {
            return vectors?.word() ?? "not_configured";
          },
        },
        storage: settings.storage,
        problems,
        version,
        clock,
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
    ...providerRoutes({
      ...elsewhere,
      provider: ports.identityProvider,
      publicUrl: settings.server.publicUrl,
      closedBy: brokenSetting("auth", "database", "identity_provider"),
    }),
    ...needing(
      ["auth", "database", "chat"],
      [
        ...conversationRoutes({ store: createConversationStore(database), runs }),
        ...chatRoutes({
          store: createChatStore(database),
          confirmations,
          model: ports.languageModel,
          runs,
          clock,
          logger,
          limits: {
            messageMax: settings.chat.messageMaximum,
            contextMax: settings.chat.contextMaximum,
          },
          counted: { question: chatLimit(settings.chat.rateLimit), decision: decisionLimit },
          async asker(context, limit) {
            const { identity } = context;
            const isSomebody = identity.kind === "guest" || identity.kind === "user";
            const actor = await sessions.actor(isSomebody ? identity : undefined, isPermitted);
            const permitted = permit(limiter.countOf(limit, context));
            return actor && { ...actor, permit: permitted, tools: toolsOf(identity) };
          },
          retrieve: createRetrieval(search),
          quote: quoteSelection,
        }),
      ],
    ),
    ...needing(["auth", "database"], taskRoutes({ store: taskStore, sessionOf: existingSession })),
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
      return describeRoutes(routes, userTools, version);
    }),
  ];

  const guard = createGuard({
    guests,
    adminKey: settings.adminKey,
    identify(token, check) {
      const secret = brokenSetting("auth");
      if (secret !== undefined) throw settingsMissing(secret);
      return sessions.identify(token, check);
    },
  });
  const handle = createRouter(routes, {
    logger,
    clock,
    origins: createOriginPolicy(settings.server.allowedOrigins),
    bodyLimit: settings.server.bodyLimit,
    limiter,
    clientAddress: createClientAddress(settings.server.trustedProxies),
    admit(route, request) {
      // Not of what asks for nothing, such as /health.
      sweeper.noteUse();
      return guard(route, request);
    },
  });

  return {
    fetch: workBehind(handle, () => Promise.all([sweeper.tend(clock.now()), vectors?.tend()])),
    ingest,
    routes,
    sweep: () => sweeper.sweep(),
    async start() {
      await database.start();
      sweeper.start();
      await vectors?.start();
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
      await sweeper.stop();
      await vectors?.stop();
      await database.stop();
    },
  };
}
