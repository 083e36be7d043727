import { encodeUtf8 } from "../../../lib/bytes.ts";
import { replaceUnstorable } from "../../../lib/text.ts";
import { UnreadableBytes } from "../parser.ts";

/** A text as UTF-8, with every NUL and lone surrogate replaced by U+FFFD. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return encodeUtf8(replaceUnstorable(text));
}

// Bytes that are decoded at a time.
const stride = 65_536;

/**
 * Decodes a file: UTF-8, or UTF-16 with a byte order mark, which is dropped. Yields every 64 KB, so that the
 * caller can pause.
 *
 * @throws UnreadableBytes when it is neither, or contains a NUL; the message says where
 */
export function* decodeText(bytes: Uint8Array<ArrayBuffer>): Generator<void, string> {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return yield* decodeUtf16(bytes, "utf-16le");
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return yield* decodeUtf16(bytes, "utf-16be");
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  // Whole characters at a time, because decoding a stream takes longer.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const pieces: string[] = [];
  for (let start = hasMark ? 3 : 0; start < bytes.length;) {
    const end = characterStart(bytes, start + stride);
    const slice = bytes.subarray(start, end);
    const nul = slice.indexOf(0);
    try {
      pieces.push(decoder.decode(slice));
    } catch (cause) {
      const invalid = firstInvalid(bytes, start);
      const isBinary = nul !== -1 && start + nul < invalid;
      const failure = isBinary ? nulAt(start + nul) : `not valid UTF-8 at byte ${invalid}`;
      throw new UnreadableBytes(failure, { cause });
    }
    if (nul !== -1) throw new UnreadableBytes(nulAt(start + nul));
    start = end;
    yield;
  }
  return pieces.join("");
}

/** The last offset at or before `end` where a character begins, in valid UTF-8. */
function characterStart(bytes: Uint8Array, end: number): number {
  let at = end;
  while (at > end - 4 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return Math.min(at, bytes.length);
}

function* decodeUtf16(
  bytes: Uint8Array<ArrayBuffer>,
  encoding: "utf-16le" | "utf-16be",
): Generator<void, string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const pieces: string[] = [];
  try {
    for (let start = 0; start < bytes.length; start += stride) {
      pieces.push(decoder.decode(bytes.subarray(start, start + stride), { stream: true }));
      yield;
    }
    pieces.push(decoder.decode());
  } catch (cause) {
    throw new UnreadableBytes("not valid UTF-16", { cause });
  }
  const content = pieces.join("");
  const nul = content.indexOf("\0");
  if (nul !== -1) throw new UnreadableBytes(nulAt(2 + 2 * nul));
  return content;
}

function nulAt(byte: number): string {
  return `not text: a NUL at byte ${byte}`;
}

/** The offset of the first invalid byte from `from` on, in a text that is not UTF-8. */
function firstInvalid(bytes: Uint8Array, from: number): number {
  let at = from;
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
