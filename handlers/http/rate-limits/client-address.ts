import { createBoundedCache } from "../../lib/cache.ts";
import type { Platform } from "../context.ts";

/** The most addresses whose form is remembered. */
const mostAddresses = 1000;

/**
 * Creates the function that finds the address which requests are counted by. With N trusted proxies it is
 * the N-th entry of X-Forwarded-For from the end: the client may have written the entries before it.
 */
export function createClientAddress(trustedProxies: number) {
  const known = createBoundedCache<string, string>(mostAddresses);
  const formOf = (text: string): string => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const form = countedAddress(text);
    known.set(text, form);
    return form;
  };
  return (request: Request, platform: Platform): string => {
    if (trustedProxies > 0) {
      const entries = request.headers.get("x-forwarded-for")?.split(",") ?? [];
      const entry = entries.at(-trustedProxies)?.trim();
      if (entry) return formOf(entry);
    }
    return formOf(platform.clientAddress ?? "");
  };
}

/** What stands for an address that is missing or malformed. */
export const unknownAddress = "unknown";

/**
 * The form of an address, with or without a port, that requests are counted by: IPv4 whole, also when mapped
 * into IPv6; of IPv6 the /64 network, which is what one customer has. `unknown` for any other text.
 */
export function countedAddress(text: string): string {
  const v4 = /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?::\d+)?$/.exec(text)?.[1];
  if (v4 !== undefined) return isV4(v4) ? v4 : unknownAddress;
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? text;
  const groups = readGroups(bare.replace(/%.*$/, ""));
  if (!groups) return unknownAddress;
  const [, , , , , marker = 0, high = 0, low = 0] = groups;
  if (marker === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  }
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(":")}::/64`;
}

function isV4(text: string): boolean {
  return text.split(".").every((part) => Number(part) <= 255);
}

/** The eight groups of an IPv6 address (RFC 4291 §2.2), or undefined. */
function readGroups(text: string): number[] | undefined {
  const [left = "", right, ...rest] = text.split("::");
  if (rest.length > 0) return undefined;
  const head = readSide(left);
  const tail = right === undefined ? [] : readSide(right);
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

function readSide(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (/^[\da-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else if (index === parts.length - 1 && /^\d+\.\d+\.\d+\.\d+$/.test(part) && isV4(part)) {
      const [a = 0, b = 0, c = 0, d = 0] = part.split(".").map(Number);
      groups.push((a << 8) | b, (c << 8) | d);
    } else return undefined;
  }
  return groups;
}
