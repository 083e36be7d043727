import { isUtf8 } from "node:buffer";
import type { DocentClient } from "../../../clients/docent/client.ts";
import { DocentFailure } from "../../../clients/docent/failure.ts";
import type {
  FoundDocument,
  SkippedDocument,
  SourceDocument,
} from "../../../../handlers/ports/document-source.ts";
import type { TargetOptions, IngestTarget } from "./target.ts";

const concurrency = 4;

/** Statuses that refuse one document; any other refusal would meet the next document, too. */
const documentFaults = new Set<number | undefined>([400, 409, 413, 415, 422]);

/**
 * Ingests through the API of a running server. Every document is sent, because only the server knows
 * whether its version would store it differently.
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

      const send = async (entry: FoundDocument, signal: AbortSignal) => {
        if ("skipped" in entry) {
          skipped.push(entry);
          return;
        }
        paths.add(entry.path);
        if ("failure" in entry) {
          failed.push(entry);
        } else {
          const outcome = await put(client, entry, options, signal);
          if ("failure" in outcome) failed.push(outcome);
          else {
            counts[outcome.result] += 1;
            if (outcome.result !== "unchanged") passages += outcome.document.passages;
          }
        }
        options.onEntry(entry.path);
      };

      const started = performance.now();
      await forEach(source.entries, options.signal, send);
      const sent = performance.now();
      const removed = source.isComplete ? await removeOthers(client, paths, options) : 0;
      const milliseconds = { sending: sent - started, removing: performance.now() - sent };
      failed.sort((a, b) => (a.path < b.path ? -1 : 1));
      return { ...counts, removed, failed, skipped, passages, milliseconds };
    },
  };
}

async function put(
  client: DocentClient,
  entry: SourceDocument,
  { source, urlBase }: TargetOptions,
  signal: AbortSignal,
) {
  const { path, bytes, mediaType } = entry;
  const base = urlBase === undefined ? {} : { url_base: urlBase };
  try {
    const document = { path, ...contentOf(bytes), media_type: mediaType, source, ...base };
    return await client.putDocument(document, signal);
  } catch (error) {
    const isItsFault = error instanceof DocentFailure && documentFaults.has(error.status);
    if (!isItsFault) throw error;
    return { path, failure: error.message };
  }
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
  paths: ReadonlySet<string>,
  { source, signal }: TargetOptions,
): Promise<number> {
  const gone: string[] = [];
  for await (const { id, path } of client.listDocuments(source, signal)) {
    if (!paths.has(path)) gone.push(id);
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
