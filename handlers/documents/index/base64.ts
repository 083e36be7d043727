/**
 * Bytes cross the database port as base64 text: a third more than they are, where drivers that write
 * `bytea` as hexadecimal send twice as much and take ten times as long about it.
 */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let from = 0; from < bytes.length; from += 8192) {
    binary += String.fromCharCode(...bytes.subarray(from, from + 8192));
  }
  return btoa(binary);
}

/** Line breaks, which PostgreSQL puts in, are skipped. Throws DOMException for what is not base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
