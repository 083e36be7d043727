import { createAuth } from "./auth/assemble.ts";
import { createChat } from "./chat/assemble.ts";
import { createDocuments } from "./documents/assemble.ts";
import type { Ingest } from "./documents/ingest/ingest.ts";
import { createEarlyAnswers, type EarlyAnswers } from "./early-answers.ts";
import { createFeedback } from "./feedback/assemble.ts";
import { createHealth } from "./health/report.ts";
import { describeStorage } from "./health/storage.ts";
import { healthRoutes } from "./health/routes.ts";
import { createAdmissions } from "./http/access/admissions.ts";
import { createGuard } from "./http/access/guard.ts";
import { createOwnAddress } from "./http/access/own-address.ts";
import { afterResponse } from "./http/after-response.ts";
import type { Platform } from "./http/context.ts";
import { createOpenRequests } from "./http/open-requests.ts";
import { createLimiter } from "./http/rate-limits/limiter.ts";
import { createLimitStore } from "./http/rate-limits/store.ts";
import type { Route } from "./http/route.ts";
import { createRouter } from "./http/router.ts";
import { createSettingsGate } from "./http/settings-gate.ts";
import { createSweeper, type Sweeper } from "./lib/sweeper.ts";
import { resolvesWithin, within } from "./lib/time.ts";
import { version } from "./lib/version.ts";
import { mcpRoutes } from "./mcp/routes.ts";
import { openapiRoutes } from "./openapi/routes.ts";
import type { Ports } from "./ports/index.ts";
import type { ParsedSettings } from "./settings/index.ts";
import { taskRoutes } from "./tasks/routes.ts";
import { createTaskStore } from "./tasks/store.ts";
import { createTaskTools } from "./tasks/tools.ts";
import { createUsage } from "./usage/assemble.ts";
import { metricsPath } from "./usage/routes.ts";
import { adminPageRoutes } from "./web/admin.ts";
import { docsRoutes } from "./web/docs.ts";
import { webRoutes } from "./web/routes.ts";

export type { Ports } from "./ports/index.ts";
export interface App {
  /** Answers a request. Never throws. */
  fetch(request: Request, platform?: Platform): Promise<Response>;
  /** Ingests documents without HTTP, for the command line. @throws PortFailure */
  readonly ingest: Ingest;
  readonly routes: readonly Route[];
  /** Deletes expired and unused rows now and returns how many of each; a started app does so about every hour. */
  readonly sweep: Sweeper["sweep"];
  /** Connects, migrates and ingests in the background; the app answers meanwhile. */
  start(): Promise<void>;
  /**
   * Lets the requests that have come and running answers finish for at most this many milliseconds (25,000), saves the
   * answers, and closes everything.
   *
   * @throws Error where that takes 3 s longer
   */
  stop(milliseconds?: number): Promise<void>;
}

const drainMilliseconds = 25_000;
/** Beyond that, for closing: hosts kill a process 30 s after SIGTERM. */
const closingMilliseconds = 3000;

/**
 * Wires the app: which features there are, and what each is given.
 *
 * @param early what has answered so far, where requests came before the app was loaded
 */
export function createApp(
  ports: Ports,
  { settings, problems }: ParsedSettings,
  early: EarlyAnswers = createEarlyAnswers(ports, settings),
): App {
  const { database, logger, clock, assets, languageModel, tracer } = ports;
  const { needing, brokenSetting, guestPolicy } = createSettingsGate(problems);
  const guests = guestPolicy(settings.chat.access);

  const ownAddress = createOwnAddress(settings.server);
  const documents = createDocuments(ports, settings);
  const taskStore = createTaskStore(database, clock);
  const tools = { documents: documents.tools, tasks: createTaskTools(taskStore) };
  const { meters, routing } = early;
  const usage = createUsage(ports, settings.budgets, meters);
  const needs = { ...documents.answers, tools, usage: usage.statements, meter: meters, ownAddress };
  const chat = createChat(ports, settings.chat, needs);
  const feedback = createFeedback(ports, settings.chat, documents.groupQuestions);
  const auth = createAuth(ports, {
    ...settings.tokens,
    guestRetention: settings.guestRetention,
    guests,
    publicUrl: settings.server.publicUrl,
    providerClosedBy: brokenSetting("auth", "database", "identity_provider"),
    onMerge: (guestId, userId) => chat.runs.changeOwner(guestId, userId),
    onRemove: (userId) => chat.runs.stopOf(userId),
  });
  const health = createHealth({
    database,
    dependencies: ports.dependencies ?? [],
    inPlace: {
      language_model: () => languageModel.name,
      vector_store: documents.vectorStoreStatus,
    },
    documents: documents.ingestState,
    passages: () => documents.embedProgress() ?? null,
    storage: () => describeStorage(settings.storage, ports.storage),
    problems,
    version,
    clock,
  });
  const figures = usage.routes({
    circuits: () => health.circuits(),
    countDocuments: documents.count,
    version,
  });
  const mcp = mcpRoutes({
    ...documents.forAgents,
    ask: chat.ask,
    askClosedBy: brokenSetting("auth", "chat"),
    tasks: tools.tasks,
    ownAddress,
    name: settings.site.name ?? "Docent",
    version,
  });
  const routes: Route[] = [
    ...healthRoutes(health),
    ...needing(["auth", "database"], auth.routes),
    ...auth.providerRoutes,
    ...needing(["auth", "database", "chat"], [...chat.routes, ...feedback.routes]),
    ...needing(["auth", "database"], taskRoutes(taskStore)),
    ...needing(["database"], mcp),
    ...needing(["database"], [...documents.routes, ...feedback.operatorRoutes, ...figures.usage]),
    ...figures.metrics,
    ...webRoutes({
      assets,
      version,
      site: { ...settings.site, messageMaximum: settings.chat.messageMaximum },
      framedBy: settings.server.allowedOrigins,
    }),
    ...adminPageRoutes(assets, settings.site),
    ...docsRoutes(assets),
    ...openapiRoutes(() => ({ routes, tools: [...tools.tasks, ...tools.documents], version })),
  ];

  const limitStore = createLimitStore(database);
  const limiter = createLimiter({
    read: settings.readRateLimit,
    clock,
    store: limitStore,
    isKnownAddress: auth.isKnownAddress,
  });
  const sweeps = {
    ...auth.sweeps,
    limits: () => limitStore.sweep(),
    ...chat.sweeps,
    ...feedback.sweeps,
    ...usage.sweeps,
  };
  const sweeper = createSweeper(sweeps, logger);
  const openRequests = createOpenRequests();
  const handle = createRouter(routes, {
    ...routing,
    checks: {
      bodyLimit: settings.server.bodyLimit,
      guard: createGuard({
        guests,
        adminKey: settings.adminKey,
        ownAddress,
        brokenSecret: brokenSetting("auth"),
        sessions: auth.sessions,
      }),
      admissions: createAdmissions({ limiter, sessions: auth.sessionStatements }),
      limiter,
      noteUse({ path }) {
        if (path === metricsPath) return;
        sweeper.noteUse();
        figures.noteUse();
      },
      tracer,
      openRequests,
    },
  });

  return {
    fetch: afterResponse(handle, () =>
      Promise.all([sweeper.runIfDue(clock.monotonic()), documents.runIfDue(), tracer?.flush()]),
    ),
    ingest: documents.ingest,
    routes,
    sweep: sweeper.sweep,
    async start() {
      await database.start();
      sweeper.start();
      await documents.start();
    },
    async stop(milliseconds = drainMilliseconds) {
      const drained = clock.monotonic() + milliseconds;
      const until = drained + closingMilliseconds;
      documents.abort();
      // First, because they may start answers: after a start, they still wait for the database.
      await resolvesWithin(openRequests.settled(), milliseconds);
      const open = await chat.runs.drain(drained - clock.monotonic());
      if (open > 0) logger.warn("answers not saved before the end", { answers: open });
      const close = async () => {
        // While it opens, the background waits for it, and ends once it is given up.
        if (database.state() === "starting") await database.stop();
        await sweeper.stop();
        await documents.stop();
        await Promise.all([database.stop(), tracer?.stop()]);
      };
      await within(close(), until - clock.monotonic(), tooLate);
    },
  };
}

function tooLate(): Error {
  return new Error("the database or a task of the background did not end in time");
}
