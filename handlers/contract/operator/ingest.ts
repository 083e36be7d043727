import * as v from "valibot";
import { unreadableCode } from "../document.ts";
import type { Sent } from "../sent.ts";

/** Documents of an ingest by what became of them; `passages` are those written. */
const ingestCounts = v.object({
  added: v.number(),
  changed: v.number(),
  unchanged: v.number(),
  removed: v.number(),
  failed: v.number(),
  skipped: v.number(),
  passages: v.number(),
});

const ingestFailure = v.object({
  path: v.string(),
  code: unreadableCode,
  message: v.string(),
});

const ingestRun = v.object({
  started_at: v.string(),
  finished_at: v.string(),
  outcome: v.picklist(["completed", "failed"]),
  /** Why the whole run failed; null where it was completed. */
  error: v.nullable(v.object({ code: v.string(), message: v.string() })),
  counts: ingestCounts,
  failures: v.pipe(
    v.array(ingestFailure),
    v.description("Documents that could not be read, at most 1,000; `counts.failed` is all"),
  ),
});

/** The answer of GET /api/documents/ingest. */
export const ingestOverview = v.object({
  folder: v.pipe(
    v.nullable(v.object({ source: v.string() })),
    v.description("The source that DOCUMENTS_DIR is read as; null: this server reads no folder"),
  ),
  state: v.picklist(["starting", "reading", "ready", "failed"]),
  done: v.number(),
  total: v.number(),
  last: v.pipe(
    v.nullable(ingestRun),
    v.description("The last run that ended since this server started"),
  ),
  sources: v.array(v.object({ source: v.string(), documents: v.number(), updated_at: v.string() })),
  accepts: v.pipe(
    v.object({ extensions: v.array(v.string()), size_limit: v.number() }),
    v.description("What can be uploaded: file extensions without a dot, and bytes of a document"),
  ),
});

/** The answer of POST /api/documents/ingest. */
export const askedIngest = v.object({
  state: v.pipe(
    v.picklist(["started", "queued"]),
    v.description("`queued`: a run is under way, and one more follows it"),
  ),
});

export type IngestCounts = Sent<typeof ingestCounts>;
export type IngestFailure = Sent<typeof ingestFailure>;
export type IngestRun = Sent<typeof ingestRun>;
export type IngestOverview = Sent<typeof ingestOverview>;
