import type { SkippedDocument, StartDocuments } from "../../ports/document-source.ts";
import { PortFailure } from "../../ports/failure.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Ingest } from "./ingest.ts";
import { bundledSource } from "./known.ts";
import type { Library } from "./library.ts";
import type { IngestProgress } from "./progress.ts";
import type { IngestReport } from "./report.ts";
import type { AttemptOutcome } from "./reread.ts";
import { describeSkipped } from "./skipped.ts";

// The log names at most this many skipped files; the summary counts all of them.
const mostNamed = 50;

export interface StartDependencies {
  readonly ingest: Ingest;
  readonly library: Library;
  readonly upkeep: () => Promise<void>;
  readonly urlBase: string | null;
  readonly progress: IngestProgress;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Ingests what has changed since the last time, while the server already answers. Never throws. Returns whether
 * another attempt may succeed, as after an outage of the database.
 */
export async function ingestAtStart(
  documents: StartDocuments,
  deps: StartDependencies,
): Promise<AttemptOutcome> {
  const { logger, progress, signal } = deps;
  try {
    const chosen = await choose(documents, deps.library);
    if (!chosen) {
      progress.skip();
      await deps.upkeep();
      return "done";
    }
    const { name, source, urlBase } = { urlBase: deps.urlBase, ...chosen };
    progress.begin((await source.count?.()) ?? 0);
    const onProgress = (report: IngestReport) => progress.advance(report);
    const options = { missing: "remove", urlBase, signal, onProgress } as const;
    const report = await deps.ingest(name, source.read(), options);
    progress.finish(report);
    for (const { path, failure } of report.failed) logger.warn("document", { path, failure });
    logSkipped(report.skipped, logger);
    const { added, changed, unchanged, removed, passages, failed, skipped } = report;
    const outcome = { added, changed, unchanged, removed, failed: failed.length };
    const counts = { ...outcome, skipped: skipped.length, passages };
    logger.info("documents ingested", { source: name, ...counts });
    return "done";
  } catch (error) {
    const isKnown = error instanceof PortFailure;
    const reason = isKnown ? error.message : error instanceof Error ? error.name : "unknown";
    const code = isKnown ? error.code : "internal";
    progress.fail(code, reason);
    if (signal.aborted) return "done";
    logger.error("documents not ingested", { code, reason });
    return isKnown && error.retryable ? "again" : "done";
  }
}

/** Names what was not read on purpose: a link that leads outside may be a mistake, a hidden file seldom is. */
function logSkipped(skipped: readonly SkippedDocument[], logger: Logger): void {
  for (const { path, skipped: reason } of skipped.slice(0, mostNamed)) {
    const level = reason === "hidden" ? "info" : "warn";
    logger[level]("document skipped", { path, reason: describeSkipped(reason) });
  }
}

async function choose({ bundled, configured }: StartDocuments, library: Library) {
  if (configured) return configured;
  if (!bundled) return undefined;
  const isAlone = !(await library.hasOthersThan(bundledSource));
  // The bundled README is not published under the operator's base address.
  return isAlone ? { name: bundledSource, source: bundled, urlBase: null } : undefined;
}
