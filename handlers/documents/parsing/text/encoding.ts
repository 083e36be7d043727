import { encodeUtf8 } from "../../../lib/bytes.ts";
import { replaceUnstorable } from "../../../lib/text.ts";
import { UnreadableBytes } from "../parser.ts";

/** A text as UTF-8, with every NUL and lone surrogate replaced by U+FFFD. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return encodeUtf8(replaceUnstorable(text));
}

/**
 * Decodes a file: UTF-8, or UTF-16 with a byte order mark, which is dropped.
 *
 * @throws UnreadableBytes when it is neither, or contains a NUL; the message says where
 */
export function decodeText(bytes: Uint8Array<ArrayBuffer>): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes, "utf-16le");
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16(bytes, "utf-16be");
  const nul = bytes.indexOf(0);
  let content: string;
  try {
    content = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const invalid = firstInvalid(bytes);
    const isBinary = nul !== -1 && nul < invalid;
    const failure = isBinary ? nulAt(nul) : `not valid UTF-8 at byte ${invalid}`;
    throw new UnreadableBytes(failure, { cause });
  }
  if (nul !== -1) throw new UnreadableBytes(nulAt(nul));
  return content;
}

function decodeUtf16(bytes: Uint8Array, encoding: "utf-16le" | "utf-16be"): string {
  let content: string;
  try {
    content = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UnreadableBytes("not valid UTF-16", { cause });
  }
  const nul = content.indexOf("\0");
  if (nul !== -1) throw new UnreadableBytes(nulAt(2 + 2 * nul));
  return content;
}

function nulAt(byte: number): string {
  return `not text: a NUL at byte ${byte}`;
}

/** The offset of the first invalid byte of a text that is not UTF-8. */
function firstInvalid(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return at;
}

function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return 0;
  // The second byte reveals overlong forms, surrogates and values beyond U+10FFFF.
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  for (let offset = 1; offset < length; offset += 1) {
    const byte = bytes[at + offset] ?? 0;
    if (byte < (offset === 1 ? low : 0x80) || byte > (offset === 1 ? high : 0xbf)) return 0;
  }
  return length;
}
