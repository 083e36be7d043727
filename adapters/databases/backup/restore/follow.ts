import { segmentsAfter, type Catalogue } from "./catalogue.ts";
import { decodeSegment, type Segment } from "../objects/content.ts";
import { DamagedObject } from "../objects/damage.ts";
import { isSameLink, type Link } from "../objects/names.ts";
import type { Objects } from "../objects/objects.ts";

/** All that was written at one cut: applying a part of it could leave half of a transaction. */
export interface LoggedChange {
  readonly segments: readonly Segment[];
  /** The last of the segments. */
  readonly link: Link;
}

const readsAtOnce = 8;

/**
 * The changes after a position, in order, each verified to continue the one before. Ends where the log ends, or at
 * the first segment that is not whole or continues another one.
 *
 * @param onDamage called with the reason in the latter case
 * @throws PortFailure
 */
export async function* followLog(
  from: Link,
  { catalogue, objects }: { readonly catalogue: Catalogue; readonly objects: Objects },
  onDamage: (damage: DamagedObject) => void,
): AsyncGenerator<LoggedChange> {
  let link = from;
  let segments: Segment[] = [];
  const names = segmentsAfter(from, catalogue);
  const contents = readAhead(names, objects);
  for (const name of names) {
    const segment = await readNext(name, link, contents).catch((error: unknown) => {
      if (!(error instanceof DamagedObject)) throw error;
      onDamage(error);
      return undefined;
    });
    if (!segment) return;
    const { epoch, sequence, more } = segment.header;
    link = { epoch, sequence, sha256: segment.sha256 };
    segments.push(segment);
    if (more) continue;
    yield { segments, link };
    segments = [];
  }
}

/** @throws DamagedObject; PortFailure */
async function readNext(
  name: string,
  link: Link,
  contents: AsyncGenerator<Uint8Array, undefined>,
): Promise<Segment> {
  const segment = await decodeSegment(name, (await contents.next()).value ?? new Uint8Array());
  if (isSameLink(segment.header.previous, link)) return segment;
  throw new DamagedObject(name, "it continues another history");
}

/** The contents in the order of their names, some read ahead. @throws DamagedObject; PortFailure */
async function* readAhead(
  names: readonly string[],
  objects: Objects,
): AsyncGenerator<Uint8Array, undefined> {
  const waiting: Promise<Uint8Array>[] = [];
  for (const name of names) {
    const content = objects.read(name);
    // Thrown below, when it is this one's turn; it may never be.
    content.catch(() => undefined);
    waiting.push(content);
    const first = waiting.length > readsAtOnce ? waiting.shift() : undefined;
    if (first) yield await first;
  }
  for (const content of waiting) yield await content;
}
