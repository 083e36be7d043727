import type { ChatPart } from "../parts.ts";

/** A text delta is kept as a plain string: objects would take most of an answer's memory. */
export type KeptPart = ChatPart | string;

/**
 * A batch ends with the part that brings it to this many parts, or UTF-16 units of text: a reader that stops reading
 * keeps two batches in memory.
 */
const batchParts = 128;
const batchUnits = 8192;

/** The position after the last part of the batch that begins with the part at `first`. */
export function endOfBatch(parts: readonly KeptPart[], first: number): number {
  const limit = Math.min(parts.length, first + batchParts);
  let units = 0;
  for (let index = first; index < limit; index += 1) {
    const part = parts[index];
    units += typeof part === "string" ? part.length : 0;
    if (units >= batchUnits) return index + 1;
  }
  return limit;
}

/** A part as its readers get it. */
export function toPart(part: KeptPart): ChatPart {
  return typeof part === "string" ? { type: "text-delta", text: part } : part;
}

/** A run's parts as its log keeps them. */
export interface LoggedParts {
  /** The position after the last part. */
  readonly until: number;
  /** A JSON array of kept parts; empty where there are none. */
  readonly parts: string;
}

/** The parts that begin at a position, for the log. */
export function toLogged(parts: readonly KeptPart[], from: number): LoggedParts {
  return { until: from + parts.length, parts: parts.length > 0 ? JSON.stringify(parts) : "" };
}

/** The text in a log, or in its beginning; half a character at its end is replaced, as in stored text. */
export function loggedText(batches: readonly LoggedParts[]): string {
  let text = "";
  let position = 0;
  for (const batch of batches) {
    for (const part of fromLogged(batch, position)) text += typeof part === "string" ? part : "";
    position = batch.until;
  }
  return text.toWellFormed();
}

/** The parts of a batch of the log from a position on. */
export function fromLogged({ until, parts }: LoggedParts, position: number): readonly KeptPart[] {
  const kept = JSON.parse(parts) as readonly KeptPart[];
  return kept.slice(Math.max(0, position - until + kept.length));
}
