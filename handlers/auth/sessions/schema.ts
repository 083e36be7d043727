import * as v from "valibot";
import { atMost, describeLength, isVisible, storableText } from "../../lib/text-schema.ts";

/** `local@domain.tld` in any script; whether the address exists is not checked. */
const address =
  /^[^\s@\p{C}"(),:;<>[\\\]]{1,64}@(?:[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)+[\p{L}\p{M}\p{N}-]{2,63}$/u;

/**
 * Characters that show nothing: controls, marks of direction, joiners, soft hyphens, fillers and other default
 * ignorables, the blank Braille pattern. With them two addresses could look the same.
 */
const invisible = /[\p{C}\p{DI}\u2028\u2029\u2800]/u;

/** An email address in the form that is stored and compared: NFKC, lower case. */
export const email = v.pipe(
  storableText,
  v.maxLength(1000),
  v.check((value) => !invisible.test(value), "must not contain invisible characters"),
  describeLength(6, 254),
  v.description("Compared without regard to case"),
  v.transform((value) => value.normalize("NFKC").trim().toLowerCase()),
  v.check((value) => value.length <= 254 && address.test(value), "must be an email address"),
);

/** A password to verify; the rules for new passwords do not apply. */
export const password = v.pipe(storableText, v.maxLength(1000, "must have at most 128 characters"));

export const newPassword = v.pipe(
  password,
  describeLength(8, 128),
  v.description("Of any script; passwords that are easy to guess are refused"),
);

/** Control characters, line breaks and marks of writing direction, which could disguise text beside a name. */
const hidden = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;

/** The name of a user or a key; at most 100 characters (code points). */
export const displayName = v.pipe(
  storableText,
  v.maxLength(1000),
  describeLength(0, 100),
  v.transform((value) => value.normalize("NFC").trim()),
  atMost(100),
  v.check((value) => !hidden.test(value), "must not contain control characters"),
);

/** A user's name; a blank one becomes null. */
export const name = v.nullable(
  v.pipe(
    displayName,
    v.transform((value) => (isVisible(value) ? value : null)),
  ),
);

export const idParams = v.object({ id: v.pipe(v.string(), v.maxLength(200), v.toLowerCase()) });

export const guestBody = v.object({});

const refreshToken = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

export const refreshBody = v.object({ refresh_token: refreshToken });

export const registerBody = v.object({ email, password: newPassword, name: v.optional(name) });

export const loginBody = v.object({ email, password });
