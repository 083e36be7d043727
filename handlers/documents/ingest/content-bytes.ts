import { fromBase64 } from "../../lib/bytes.ts";
import { createYieldIfDue } from "../../lib/yield-to-event-loop.ts";
import { encodeText } from "../parsing/text/encoding.ts";

// UTF-16 units that are converted at a time; a multiple of four, as base64 needs it.
const stride = 65_536;

/** A document's text as UTF-8, with every NUL and lone surrogate replaced by U+FFFD. Pauses as it goes. */
export async function textBytes(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const endOf = (start: number) => {
    const end = start + stride;
    // Keeps the two halves of a character together.
    return /[\uD800-\uDBFF]/.test(text.charAt(end - 1)) ? end - 1 : end;
  };
  return convert(text, endOf, encodeText);
}

/**
 * The bytes that a base64 text says. Pauses as it goes.
 *
 * @throws DOMException `InvalidCharacterError` when it is not base64
 */
export async function base64Bytes(text: string): Promise<Uint8Array<ArrayBuffer>> {
  // White space is allowed, but would shift the groups of four.
  const bare = /\s/.test(text) ? text.replaceAll(/\s+/g, "") : text;
  return convert(bare, (start) => start + stride, fromBase64);
}

async function convert(
  text: string,
  endOf: (start: number) => number,
  toBytes: (piece: string) => Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const yieldIfDue = createYieldIfDue();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let start = 0; start < text.length;) {
    const end = endOf(start);
    const piece = toBytes(text.slice(start, end));
    pieces.push(piece);
    length += piece.length;
    start = end;
    await yieldIfDue();
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
