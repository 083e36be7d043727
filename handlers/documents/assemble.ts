import type { Ports } from "../ports/index.ts";
import type { Settings } from "../settings/index.ts";
import { createUpkeep } from "./index/upkeep.ts";
import { ingestAtStart } from "./ingest/ingest-at-start.ts";
import { createIngest } from "./ingest/ingest.ts";
import { createIngestProgress } from "./ingest/progress.ts";
import { createLibrary } from "./ingest/library.ts";
import { readHeadings } from "./ingest/store-suggestions.ts";
import { documentRoutes } from "./routes.ts";
import { quoteSelection } from "./quoting/quote-selection.ts";
import { createRetrieval } from "./quoting/retrieve.ts";
import { createSearch } from "./search/search.ts";
import { createVectors } from "./semantic/index.ts";
import { createDocumentTools } from "./tools.ts";

/** First questions that the page offers. */
const suggestionLimit = 4;

/** Everything that takes documents in and searches them, put together. */
export function createDocuments(ports: Ports, settings: Settings) {
  const { database, embedder, vectors: outside, logger } = ports;
  const index = settings.database.kind === "embedded" ? "exact" : "hnsw";
  const vectors = embedder && createVectors({ ...ports, embedder, outside, index });
  const upkeep = createUpkeep(database, { onDone: vectors?.wake });
  const ingest = createIngest(database, upkeep, settings.documents.numberPrefixes);
  const library = createLibrary(database);
  const search = createSearch(database, vectors?.semanticSearch, vectors?.wake);
  const { urlBase = null, sizeLimit } = settings.documents;
  const suggest = () => readHeadings(database, suggestionLimit);
  const progress = createIngestProgress();
  const stopping = new AbortController();

  return {
    ingest,
    routes: documentRoutes({ ingest, library, search, suggest, urlBase, sizeLimit }),
    tools: createDocumentTools(search),
    /** What the assistant's answers rest on. */
    answers: {
      retrieve: createRetrieval(search),
      quote: quoteSelection,
      reading: progress.reading,
    },
    /** For /api/health: how far the documents of the start are. */
    ingestState: progress.state,
    /** For /api/health where no dependency speaks for the vector store; undefined: nothing to say. */
    vectorStoreStatus: () => vectors?.statusOverride(),
    /** Starts the vectors and takes in what has changed since the last start. Never throws. */
    async start(): Promise<void> {
      await vectors?.start();
      const { signal } = stopping;
      await ingestAtStart(ports.documents, {
        ingest,
        library,
        upkeep,
        urlBase,
        progress,
        logger,
        signal,
      });
    },
    /** Ends what `start` is taking in. */
    abort: () => stopping.abort(),
    /** Ends embedding in the background. */
    async stop(): Promise<void> {
      await vectors?.stop();
    },
    /** Embeds what is due where no timer runs between requests. Never throws. */
    async runIfDue(): Promise<void> {
      await vectors?.runIfDue();
    },
  };
}
