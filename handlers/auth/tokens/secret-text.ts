import { toBase64Url } from "../../lib/bytes.ts";

/** 256 random bits as base64url: 43 characters. */
export function randomSecret(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
}
