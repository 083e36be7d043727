export type Decoded = { readonly content: string } | { readonly failure: string };

/**
 * The text of a file: UTF-8, or UTF-16 that says so by its byte order mark, which is dropped. What is
 * neither, or holds a NUL, is not text, and the failure says where.
 */
export function decodeText(bytes: Uint8Array): Decoded {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes, "utf-16le");
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16(bytes, "utf-16be");
  const nul = bytes.indexOf(0);
  try {
    const content = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return nul === -1 ? { content } : { failure: `not text: a NUL at byte ${nul}` };
  } catch {
    const invalid = firstInvalid(bytes);
    const isBinary = nul !== -1 && nul < invalid;
    return {
      failure: isBinary ? `not text: a NUL at byte ${nul}` : `not valid UTF-8 at byte ${invalid}`,
    };
  }
}

function decodeUtf16(bytes: Uint8Array, encoding: "utf-16le" | "utf-16be"): Decoded {
  try {
    const content = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    const nul = content.indexOf("\0");
    return nul === -1 ? { content } : { failure: `not text: a NUL at byte ${2 + 2 * nul}` };
  } catch {
    return { failure: "not valid UTF-16" };
  }
}

/** The first byte that no UTF-8 text has there; only called where there is one. */
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
  // Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte.
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  for (let offset = 1; offset < length; offset += 1) {
    const byte = bytes[at + offset] ?? 0;
    if (byte < (offset === 1 ? low : 0x80) || byte > (offset === 1 ? high : 0xbf)) return 0;
  }
  return length;
}
