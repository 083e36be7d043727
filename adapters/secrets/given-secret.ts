import type { SigningSecrets } from "../../handlers/ports/signing-secrets.ts";

/** JWT_SECRET and JWT_SECRET_PREVIOUS as UTF-8; `read` resolves to undefined where JWT_SECRET is not set. */
export function createGivenSecret(current?: string, previous?: string): SigningSecrets {
  const encoder = new TextEncoder();
  const keys = current !== undefined && {
    current: encoder.encode(current),
    ...(previous !== undefined && { previous: encoder.encode(previous) }),
  };
  return { read: () => Promise.resolve(keys || undefined) };
}
