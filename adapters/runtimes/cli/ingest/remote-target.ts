import { isUtf8 } from "node:buffer";
import type { DocentClient } from "../../../clients/docent/client.ts";
import { DocentFailure } from "../../../clients/docent/failure.ts";
import { isWithin } from "../../../../handlers/documents/ingest/report.ts";
import type {
  SkippedDocument,
  SourceDocument,
} from "../../../../handlers/ports/document-source.ts";
import { toBatches, type Batch } from "./batches.ts";
import type { TargetOptions, IngestTarget } from "./target.ts";

/** Two, so that the server works on one request while the next one arrives. */
const concurrency = 2;

/** Statuses that refuse these documents; any other refusal would meet the next ones, too. */
const documentFaults = new Set<number | undefined>([400, 409, 413, 415, 422]);

type Outcome =
  | { readonly path: string; readonly failure: string }
  | {
      readonly path: string;
      readonly result: "added" | "changed" | "unchanged";
      readonly passages: number;
    };

/**
 * Ingests through the API of a running server, several documents a request. Every document is sent, because only the
 * server knows whether its version would store it differently.
 */
export function createRemoteTarget(client: DocentClient, description: string): IngestTarget {
  return {
    description,
    ingest: async (source, options) => {
      const counts = { added: 0, changed: 0, unchanged: 0 };
      const failed: { path: string; failure: string }[] = [];
      const skipped: SkippedDocument[] = [];
      const paths = new Set<string>();
      let passages = 0;

      const count = (outcome: Outcome) => {
        if ("failure" in outcome) {
          failed.push(outcome);
        } else {
          counts[outcome.result] += 1;
          if (outcome.result !== "unchanged") passages += outcome.passages;
        }
        options.onEntry(outcome.path);
      };

      const started = performance.now();
      const work = forEach(toBatches(source.entries), options.signal, async (entry, signal) => {
        if ("skipped" in entry) {
          skipped.push(entry);
          return;
        }
        if ("failure" in entry) {
          paths.add(entry.path);
          count(entry);
          return;
        }
        for (const { path } of entry) paths.add(path);
        for (const outcome of await send(client, entry, options, signal)) count(outcome);
      });
      await work.catch((error: unknown) => {
        const stored = counts.added + counts.changed + counts.unchanged;
        if (stored > 0) options.onStopped?.(stored);
        throw error;
      });
      const sent = performance.now();
      const isThere = (path: string) => paths.has(path) || isWithin(path, failed);
      const removed = source.isComplete ? await removeOthers(client, isThere, options) : 0;
      const milliseconds = { sending: sent - started, removing: performance.now() - sent };
      failed.sort((a, b) => (a.path < b.path ? -1 : 1));
      return { ...counts, removed, failed, skipped, passages, milliseconds };
    },
  };
}

/** Sends a batch; where it is refused as a whole, each of its documents alone, so that the reason is each one's own. */
async function send(
  client: DocentClient,
  batch: Batch,
  options: TargetOptions,
  signal: AbortSignal,
): Promise<Outcome[]> {
  if (batch.length === 1) return [await sendOne(client, batch[0], options, signal)];
  try {
    const place = { source: options.source, ...baseOf(options) };
    const { documents, failed } = await client.putFiles(batch, place, signal);
    const outcomes = new Map<string, Outcome>(failed.map((each) => [each.path, each]));
    for (const { document, result } of documents) {
      const { path, passages } = document;
      outcomes.set(path, { path, result, passages });
    }
    const failure = "the server did not say what became of it";
    return batch.map(({ path }) => outcomes.get(path) ?? { path, failure });
  } catch (error) {
    if (!isDocumentFault(error)) throw error;
    const outcomes: Outcome[] = [];
    for (const each of batch) outcomes.push(await sendOne(client, each, options, signal));
    return outcomes;
  }
}

async function sendOne(
  client: DocentClient,
  { path, bytes, mediaType }: SourceDocument,
  options: TargetOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  const place = { source: options.source, ...baseOf(options) };
  try {
    const sent = { path, ...contentOf(bytes), media_type: mediaType, ...place };
    const { document, result } = await client.putDocument(sent, signal);
    return { path, result, passages: document.passages };
  } catch (error) {
    if (!isDocumentFault(error)) throw error;
    return { path, failure: error.message };
  }
}

function isDocumentFault(error: unknown): error is DocentFailure {
  return error instanceof DocentFailure && documentFaults.has(error.status);
}

function baseOf({ urlBase }: TargetOptions): { url_base?: string } {
  return urlBase === undefined ? {} : { url_base: urlBase };
}

/** As text where that says every byte of it, which most documents are; else in base64. */
function contentOf(bytes: Uint8Array<ArrayBuffer>) {
  if (isUtf8(bytes) && !bytes.includes(0)) {
    return { content: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) };
  }
  return { content: Buffer.from(bytes).toString("base64"), encoding: "base64" } as const;
}

async function removeOthers(
  client: DocentClient,
  isThere: (path: string) => boolean,
  { source, signal }: TargetOptions,
): Promise<number> {
  const gone: string[] = [];
  for await (const { id, path } of client.listDocuments(source, signal)) {
    if (!isThere(path)) gone.push(id);
  }
  for (const id of gone) await client.removeDocument(id, signal);
  return gone.length;
}

/** Works on a few entries at a time; the first failure stops the others and is thrown. */
async function forEach<Item>(
  items: AsyncIterable<Item>,
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let failure: unknown;
  const worker = async () => {
    try {
      for (;;) {
        either.throwIfAborted();
        const next = await iterator.next();
        if (next.done) return;
        await work(next.value, either);
      }
    } catch (error) {
      failure ??= error;
      stop.abort();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  await iterator.return?.();
  if (failure !== undefined) throw failure;
}
