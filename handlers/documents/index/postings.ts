import { saturated } from "./bm25.ts";

/**
 * A posting list: the passages a term occurs in, ascending, each with how much it says there.
 *
 * Bytes: the count, then for each passage `distance to the one before × 8 + impact`, all as varints
 * (seven bits a byte, the lowest first). Lists may stand behind one another: the count says where
 * one ends. Two bytes a posting are usual.
 */

/** A passage's number and an impact in one integer; numbers stay below 2^28 so that it fits 31 bits. */
export type Posting = number;

const impactBits = 3;
const impacts = 2 ** impactBits;
/** Terms in a passage of usual size. Only steadies the impact: the final score uses the real average. */
export const usualLength = 600;

export function posting(number: number, impact: number): Posting {
  return number * impacts + impact;
}

export function passageOf(value: Posting): number {
  return value >>> impactBits;
}

/** The same impact on the passage whose number stands at its place in `numbers`. */
export function renumber(value: Posting, numbers: readonly number[]): Posting {
  return posting(numbers[passageOf(value)] ?? 0, value & (impacts - 1));
}

/** BM25's saturated term frequency in three bits, for choosing candidates. */
export function impactOf(count: number, length: number): number {
  return Math.min(impacts - 1, Math.floor(saturated(count, length, usualLength) * impacts));
}

/** The middle of what `impactOf` rounded together, 0 to 1. */
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

/** Decodes every list in `bytes`, in order, to the beginning of `into`, and returns how many postings that were. */
export function decodePostings(bytes: Uint8Array, into: Int32Array): number {
  let at = 0;
  let decoded = 0;
  // Hundreds of thousands of postings a second come through here: no calls inside the loop.
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

/** Bytes that grow as they are written. */
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

  /** What was written since `from`, as a copy. */
  slice(from = 0): Uint8Array {
    return this.#bytes.slice(from, this.length);
  }
}
