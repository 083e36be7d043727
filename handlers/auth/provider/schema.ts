import * as v from "valibot";
import { email, name } from "../sessions/schema.ts";

/** Accepts any text, so that every answer of the provider leads to the page and not to JSON. */
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

/** An email address that a provider states, in Docent's form; null if it is missing or invalid. */
export function readEmail(text: string | undefined): string | null {
  const read = v.safeParse(email, text);
  return read.success ? read.output : null;
}

/** A name that a provider states, cut to 100 characters; null if it is missing or invalid. */
export function readName(text: string | undefined): string | null {
  const read = v.safeParse(
    name,
    text === undefined ? null : Array.from(text).slice(0, 100).join(""),
  );
  return read.success ? read.output : null;
}
