/** SHA-256 (32 bytes) of bytes, or of a text's UTF-8. */
export async function sha256(
  data: string | Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = typeof data === "string" ? encodeUtf8(data) : data;
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** HMAC-SHA-256 (RFC 2104) of the text's UTF-8: 32 bytes. */
export async function hmacSha256(key: Uint8Array, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await importHmacKey(key);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, encodeUtf8(text)));
}

/** A key that signs by HMAC-SHA-256. */
export function importHmacKey(key: Uint8Array): Promise<CryptoKey> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", key.slice(), algorithm, false, ["sign"]);
}

/** The text as UTF-8; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Hexadecimal in lower case, two digits for each byte. */
export function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += hexOfByte[byte];
  return hex;
}

/** Base64 with padding (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  // 8,192 bytes at a time: a call with too many arguments overflows the stack.
  for (let from = 0; from < bytes.length; from += 8192) {
    binary += String.fromCharCode(...bytes.subarray(from, from + 8192));
  }
  return btoa(binary);
}

/**
 * Reads base64, padded or not; skips white space, which PostgreSQL puts into long texts.
 *
 * @throws DOMException `InvalidCharacterError` for anything else
 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/** base64url without padding (RFC 4648 §5). */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Reads base64url, padded or not. @throws DOMException `InvalidCharacterError` for anything else */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
}
