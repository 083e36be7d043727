import type { SqlValue } from "../../handlers/ports/database.ts";

/** A value as PostgreSQL reads it in text format; numbers and booleans as they are. */
export function encodeValue(value: SqlValue): string | number | boolean | null {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${encodeHex(value)}`;
  if (typeof value === "object" && value !== null) return encodeArray(value);
  return value;
}

/** https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function encodeArray(values: readonly (string | number)[]): string {
  const items = values.map((item) =>
    typeof item === "number" ? String(item) : `"${item.replace(/["\\]/g, "\\$&")}"`,
  );
  return `{${items.join(",")}}`;
}

/** An array of one dimension, without nulls, as PostgreSQL writes it. */
export function decodeArray(text: string): string[] {
  const items = text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|[^,]+/gs);
  return Array.from(items, ([item, quoted]) => quoted?.replace(/\\(.)/gs, "$1") ?? item);
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function encodeHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += hexOfByte[byte];
  return text;
}

/** `bytea` in PostgreSQL's hex format. */
export function decodeHex(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length - 2) / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] =
      digit(text.charCodeAt(2 * index + 2)) * 16 + digit(text.charCodeAt(2 * index + 3));
  }
  return bytes;
}

function digit(code: number): number {
  return code > 57 ? code - 87 : code - 48;
}
