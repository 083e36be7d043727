import { saturated } from "./bm25.ts";

/**
 * A posting list: the passages in which a term occurs, ascending, each with the term's weight there (impact).
 *
 * Bytes: the count, then for each passage `distance to the one before × 8 + impact`, all as varints (seven bits
 * a byte, the lowest first). Lists may follow one another, because the count tells where one ends. Usually two
 * bytes per posting.
 */

/** A passage's number and an impact in one integer; numbers stay below 2^28 so that it fits 31 bits. */
export type Posting = number;

const impactBits = 3;
const impacts = 2 ** impactBits;
/** Terms in a passage of usual size. Only for impacts; the final score uses the real average. */
export const usualLength = 600;

/** Packs a passage's number and an impact into a posting. */
export function posting(number: number, impact: number): Posting {
  return number * impacts + impact;
}

/** The passage's number of a posting. */
export function passageOf(value: Posting): number {
  return value >>> impactBits;
}

/** The posting with the same impact for another passage: `numbers[n]` in place of n. */
export function renumber(value: Posting, numbers: readonly number[]): Posting {
  return posting(numbers[passageOf(value)] ?? 0, value & (impacts - 1));
}

/** BM25's saturated term frequency, rounded to three bits, to choose candidates. */
export function impactOf(count: number, length: number): number {
  return Math.min(impacts - 1, Math.floor(saturated(count, length, usualLength) * impacts));
}

/** The middle of the range that `impactOf` rounded to this impact, 0 to 1. */
export function impactWeight(value: Posting): number {
  return ((value & (impacts - 1)) + 0.5) / impacts;
}

/** Appends `postings` (ascending, at least one) to `into` and returns where the list ends. */
export function encodePostings(postings: readonly Posting[], into: ByteBuffer): number {
  into.varint(postings.length);
  let previous = 0;
  for (const value of postings) {
    const number = passageOf(value);
    into.varint((number - previous) * impacts + (value & (impacts - 1)));
    previous = number;
  }
  return into.length;
}

/** Decodes all lists in `bytes`, in order, to the beginning of `into`; returns the number of postings. */
export function decodePostings(bytes: Uint8Array, into: Int32Array): number {
  let at = 0;
  let decoded = 0;
  // This loop decodes hundreds of thousands of postings a second, so it calls no functions.
  while (at < bytes.length) {
    let left = 0;
    let shift = 0;
    let number = 0;
    let isCount = true;
    for (let value = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      value |= (byte & 0x7f) << shift;
      shift += 7;
      if (byte >= 0x80) continue;
      shift = 0;
      if (isCount) {
        left = value;
        isCount = false;
      } else {
        number += value >>> impactBits;
        into[decoded++] = (number << impactBits) | (value & (impacts - 1));
        left -= 1;
      }
      value = 0;
      if (left === 0) break;
    }
    at += 1;
  }
  return decoded;
}

/** A growing buffer of bytes. */
export class ByteBuffer {
  #bytes = new Uint8Array(1024);
  length = 0;

  varint(value: number): void {
    if (this.length + 5 > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.length++] = rest;
  }

  /** A copy of the bytes from `from` on. */
  slice(from = 0): Uint8Array {
    return this.#bytes.slice(from, this.length);
  }
}
