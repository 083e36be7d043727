import type { Ports } from "../ports/index.ts";
import type { Settings } from "../settings/index.ts";
import { createOwnAddress } from "../http/access/own-address.ts";
import { pause } from "../lib/time.ts";
import { createBackgroundUpkeep } from "./index/background-upkeep.ts";
import { ingestAtStart } from "./ingest/ingest-at-start.ts";
import { createLateIngest } from "./ingest/late-ingest.ts";
import { createIngestProgress } from "./ingest/progress.ts";
import { createLibrary } from "./ingest/library.ts";
import { countLibrary } from "./ingest/store-library.ts";
import { readSuggestions } from "./ingest/store-suggestions.ts";
import { createRereading, type AttemptOutcome } from "./ingest/reread.ts";
import { ingestRoutes } from "./ingest/routes.ts";
import { readableExtensions } from "./parsing/parsers.ts";
import { documentRoutes } from "./routes.ts";
import { createAgentAccess } from "./llms/agent-access.ts";
import { llmsRoutes } from "./llms/routes.ts";
import { createRetrieval } from "./quoting/retrieve.ts";
import { createReadOpening } from "./quoting/store-opening.ts";
import { groupQuestions } from "./search/group-questions.ts";
import { createLibraryCopy } from "./search/copy/library-copy.ts";
import { createSearch } from "./search/search.ts";
import { unknownVersion } from "./search/copy/store-version.ts";
import { createVectors } from "./semantic/index.ts";
import { createDocumentTools } from "./tools.ts";

/** Number of first questions that the page suggests. */
const suggestionLimit = 4;

/**
 * Wires ingest, search and vectors: returns the routes, the assistant's tools, and functions to start and stop.
 */
export function createDocuments(ports: Ports, settings: Settings) {
  const { database, embedder, vectors: outside, lifetime, clock, logger } = ports;
  const index = settings.database.kind === "embedded" ? "exact" : "hnsw";
  const vectors = embedder && createVectors({ ...ports, embedder, outside, index });
  const upkeep = createBackgroundUpkeep(database, { clock, logger, onDone: vectors?.wake });
  const { numberPrefixes } = settings.documents;
  const finishUpkeep = async () => {
    upkeep.wake();
    await upkeep.idle();
  };
  const ingest = createLateIngest(database, finishUpkeep, numberPrefixes);
  const ingestForRequest = createLateIngest(database, upkeep.wake, numberPrefixes);
  const library = createLibrary(database, async (id) => {
    await vectors?.forget(id);
    // The operator expects the text to be deleted when the request is answered. What fails, the upkeep does.
    const { sweepTexts } = await import("./index/upkeep.ts");
    await sweepTexts(database).catch(() => undefined);
    upkeep.wake();
  });
  const search = createSearch(database, vectors?.semanticSearch, vectors?.wake);
  // Where nothing runs between requests, a process has few questions, and no time in which to copy.
  const copy = lifetime === "request" ? undefined : createLibraryCopy(database, { clock, logger });
  const { urlBase = null, sizeLimit, suggestions } = settings.documents;
  const suggest = async () => suggestions ?? (await readSuggestions(database, suggestionLimit));
  const progress = createIngestProgress(clock);
  const stopping = new AbortController();
  const { signal } = stopping;
  const deps = { ingest, library, upkeep: finishUpkeep, urlBase, progress, logger, signal };
  const rereading = createRereading(() => ingestAtStart(ports.documents, deps), signal);

  return {
    ingest,
    routes: [
      ...documentRoutes({
        ingest: ingestForRequest,
        library,
        search,
        suggest,
        urlBase,
        sizeLimit,
      }),
      ...ingestRoutes({
        library,
        progress,
        rereading,
        folderSource: ports.documents.configured?.name,
        extensions: readableExtensions,
        sizeLimit,
      }),
      ...llmsRoutes({
        database,
        ownAddress: createOwnAddress(settings.server),
        name: settings.site.name ?? "Docent",
        summary:
          settings.site.welcome ?? "The documents from which this service answers questions.",
      }),
    ],
    tools: createDocumentTools(search),
    /** Functions with which the chat retrieves passages and quotes. */
    answers: {
      retrieve: createRetrieval(search, createReadOpening(database), copy),
      libraryVersion: copy?.version ?? (() => unknownVersion),
      quote: async (question: string, text: string) =>
        (await import("./quoting/quote-selection.ts")).quoteSelection(question, text),
      reading: progress.reading,
    },
    /** Functions with which agents find and read whole documents. */
    forAgents: createAgentAccess(database, search),
    /** Groups questions that ask the same, for the operator's list. */
    groupQuestions,
    /** For /metrics: the numbers of documents and passages. @throws PortFailure */
    count: () => countLibrary(database),
    /** For /api/health: the progress of the folder's ingest. */
    ingestState: progress.state,
    /** For /api/health: the passages embedded of all; undefined without an embedder. */
    embedProgress: () => vectors?.progress(),
    /** For /api/health when the vectors are in the database; undefined: nothing to report. */
    vectorStoreStatus: () => vectors?.statusOverride(),
    /**
     * Starts the vectors and ingests what has changed since the last start; after an outage it tries again in the
     * background. Never throws.
     */
    async start(): Promise<void> {
      await vectors?.start();
      if ((await rereading.run()) === "again") void tryAgain(rereading.run, signal);
    },
    /** Stops the ingest of `start`. */
    abort: () => stopping.abort(),
    /** Stops the work in the background. */
    async stop(): Promise<void> {
      await copy?.stop();
      await upkeep.stop();
      await vectors?.stop();
    },
    /**
     * Does the upkeep and embeds passages where that is due, on platforms without timers between requests. Never
     * throws.
     */
    async runIfDue(): Promise<void> {
      await upkeep.runIfDue();
      await vectors?.runIfDue();
    },
  };
}

/** Waits 2 s before the first attempt, and twice as long before each further one, at most a minute. */
async function tryAgain(
  attempt: () => Promise<AttemptOutcome>,
  signal: AbortSignal,
): Promise<void> {
  for (let wait = 2000; ; wait = Math.min(wait * 2, 60_000)) {
    await pause(wait, signal);
    if (signal.aborted || (await attempt()) === "done") return;
  }
}
