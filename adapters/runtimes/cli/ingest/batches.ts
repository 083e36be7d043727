import { mediaTypeOf } from "../../../../handlers/documents/parsing/parsers.ts";
import type { FoundDocument, SourceDocument } from "../../../../handlers/ports/document-source.ts";

/** Documents of one request. */
export type Batch = readonly [SourceDocument, ...SourceDocument[]];

/** Half of the 100 files that a form may have, so that a request is answered soon and progress is seen. */
const filesAtOnce = 50;
/** Bytes: below 1 MB, the usual limit of proxies. */
const bytesAtOnce = 512 * 1024;

/**
 * Gathers documents into requests. One that is large, or that a form cannot describe, is alone. Entries that are no
 * documents are passed on as they come.
 */
export async function* toBatches(
  entries: AsyncIterable<FoundDocument>,
): AsyncGenerator<Batch | Exclude<FoundDocument, SourceDocument>> {
  let batch: SourceDocument[] = [];
  let size = 0;
  for await (const entry of entries) {
    if (!("bytes" in entry)) {
      yield entry;
      continue;
    }
    if (!fitsForm(entry)) {
      yield [entry];
      continue;
    }
    const [first, ...others] = batch;
    const isFull = batch.length === filesAtOnce || size + entry.bytes.length > bytesAtOnce;
    if (first && isFull) {
      yield [first, ...others];
      batch = [];
      size = 0;
    }
    batch.push(entry);
    size += entry.bytes.length;
  }
  const [first, ...others] = batch;
  if (first) yield [first, ...others];
}

/** A form says only the name and the bytes, and clients and servers differ in how a name escapes these characters. */
function fitsForm({ path, mediaType }: SourceDocument): boolean {
  return mediaTypeOf(path) === mediaType && !/["%\\\p{Cc}]/u.test(path);
}
