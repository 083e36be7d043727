import type { Rate } from "../settings/kinds.ts";
import type { OwnAddress } from "../http/access/own-address.ts";
import { chatAddressLimit, chatLimit, decisionLimit } from "../http/rate-limits/limits.ts";
import { firstUuidAt } from "../lib/ids.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database, Statement } from "../ports/database.ts";
import {
  charactersPerToken,
  type LanguageModel,
  type UpstreamModel,
} from "../ports/language-model.ts";
import type { Logger } from "../ports/logger.ts";
import type { AnswerMeter, UsageStatements } from "./answers/account.ts";
import { createCheckpoints } from "./answers/checkpoints.ts";
import type { ContextDependencies } from "./answers/retrieve-context.ts";
import { conversationRoutes } from "./conversations/routes.ts";
import { createConversationStore } from "./conversations/store.ts";
import { createAsk } from "./dialects/collected/ask.ts";
import { openaiRoutes } from "./dialects/openai/routes.ts";
import { responseRoutes } from "./dialects/openai-responses/routes.ts";
import { chatRoutes } from "./routes.ts";
import type { ChatLimits } from "./schema.ts";
import { createConfirmationStore } from "./tools/store-confirmations.ts";
import { createToolsOf, type ToolSets } from "./tools/tools-of.ts";
import { createHeadStarts } from "./turns/head-start.ts";
import { createRuns } from "./turns/runs.ts";
import { createChatStore } from "./turns/store.ts";
import { createResponseStore } from "./turns/store-responses.ts";
import { createRunStore } from "./turns/store-runs.ts";

interface ChatPorts {
  readonly database: Database;
  readonly languageModel: LanguageModel;
  readonly upstreams?: readonly UpstreamModel[];
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface ChatOptions extends ChatLimits {
  /** Questions for each user or address. */
  readonly rateLimit: Rate;
  /** Questions of all callers at one address. */
  readonly addressLimit: Rate;
  /** Tokens of an answer, at most. */
  readonly answerTokens: number;
  /** Whether the operator may read the questions and answers. */
  readonly storeQuestions: "on" | "off";
  /** Whether API keys with the scope `models` may ask the models directly. */
  readonly offerModels: "on" | "off";
}

/** What other features do for the chat. */
export interface ChatNeeds extends ContextDependencies {
  /** See `ChatStoreOptions`. */
  readonly libraryVersion: () => Statement;
  readonly tools: ToolSets;
  readonly usage: UsageStatements;
  readonly meter: AnswerMeter;
  readonly ownAddress: OwnAddress;
}

/** A day: how long a run can be read from its log. */
const logMilliseconds = 86_400_000;

/** Wires chat and conversations: returns their routes, their sweeps, and the runs. */
export function createChat(
  { database, languageModel: model, upstreams = [], clock, logger }: ChatPorts,
  { rateLimit, addressLimit, answerTokens, storeQuestions, offerModels, ...limits }: ChatOptions,
  { retrieve, quote, reading, libraryVersion, tools, usage, meter, ownAddress }: ChatNeeds,
) {
  const runs = createRuns(clock);
  const confirmations = createConfirmationStore(database, usage);
  const store = createChatStore(database, { usage, libraryVersion, storeQuestions });
  const runStore = createRunStore(database);
  const checkpoints = createCheckpoints(store);
  const deps = {
    store,
    checkpoints,
    confirmations,
    model,
    meter,
    runs,
    runStore,
    headStarts: createHeadStarts(clock),
    clock,
    logger,
    retrieve,
    quote,
    reading,
    answerCharacters: answerTokens * charactersPerToken,
  };
  const rateLimits = {
    question: [chatLimit(rateLimit), chatAddressLimit(addressLimit)],
    decision: [decisionLimit],
  };
  const toolsOf = createToolsOf(tools);
  const { question } = rateLimits;
  const openai = {
    deps,
    limits,
    rateLimits: question,
    toolsOf,
    ownAddress,
    upstreams: offerModels === "on" ? upstreams : [],
  };

  return {
    routes: [
      ...conversationRoutes({ store: createConversationStore(database), runs }),
      ...chatRoutes({
        deps,
        limits,
        rateLimits,
        toolsOf,
      }),
      ...openaiRoutes(openai),
      ...responseRoutes({ ...openai, responses: createResponseStore(database) }),
    ],
    /** Answers one question by itself, for clients that call tools. */
    ask: createAsk({ deps, limits, rateLimits: question, tools: toolsOf({ kind: "anonymous" }) }),
    sweeps: {
      confirmations: () => confirmations.sweep(),
      run_parts: () => runStore.sweep(firstUuidAt(clock.now() - logMilliseconds)),
    },
    runs,
  };
}
