import { toHex } from "./bytes.ts";

/** The last id's time, and its counter of 12 bits. */
const last = { milliseconds: -1, counter: 0 };

/**
 * A UUID version 7 (RFC 9562). Ordered by time, so that rows sort by age and rows made one after the other
 * are neighbours in an index. Those that a process makes in one millisecond are counted (§6.2, method 1), up to 2,048.
 *
 * @param milliseconds since 1970
 */
export function uuidV7(milliseconds: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  const isNext = milliseconds === last.milliseconds;
  // A random beginning in the lower half leaves room for as many again.
  last.counter = isNext ? (last.counter + 1) & 0x0fff : view.getUint16(6) & 0x07ff;
  last.milliseconds = milliseconds;
  view.setUint32(0, Math.floor(milliseconds / 0x10000));
  view.setUint16(4, milliseconds % 0x10000);
  view.setUint16(6, 0x7000 | last.counter);
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  return formatUuid(bytes);
}

/** The id before all of version 7 that are made at this time or later, milliseconds since 1970. */
export function firstUuidAt(milliseconds: number): string {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(milliseconds / 0x10000));
  view.setUint16(4, milliseconds % 0x10000);
  return formatUuid(bytes);
}

/** The time of a UUID of version 7, milliseconds since 1970. */
export function timeOfUuid(id: string): number {
  return Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
}

/** 16 bytes as the text of a UUID. */
export function formatUuid(bytes: Uint8Array): string {
  const hex = toHex(bytes);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Whether the text is a UUID of any version, in either case. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
