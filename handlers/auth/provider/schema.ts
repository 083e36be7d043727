import * as v from "valibot";
import { email, name } from "../sessions/schema.ts";

/** Anything, so that whatever comes back is answered by a page and not by JSON. */
export const callbackQuery = v.object({
  code: v.optional(v.string()),
  state: v.optional(v.string()),
  error: v.optional(v.string()),
});

export const redeemBody = v.object({
  code: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
});

export const providerList = v.object({
  providers: v.array(v.object({ id: v.string(), name: v.string(), path: v.string() })),
});

/** A provider's word as an address of ours; null where it is none. */
export function readEmail(text: string | undefined): string | null {
  const read = v.safeParse(email, text);
  return read.success ? read.output : null;
}

/** A provider's word as a name of ours, cut where it is too long; null where it is none. */
export function readName(text: string | undefined): string | null {
  const read = v.safeParse(
    name,
    text === undefined ? null : Array.from(text).slice(0, 100).join(""),
  );
  return read.success ? read.output : null;
}
