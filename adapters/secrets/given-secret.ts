import type { SigningSecrets } from "../../handlers/ports/signing-secrets.ts";

/** The secret of the settings; without one, nothing can be signed. */
export function createGivenSecret(current?: string, previous?: string): SigningSecrets {
  const encoder = new TextEncoder();
  const keys = current !== undefined && {
    current: encoder.encode(current),
    ...(previous !== undefined && { previous: encoder.encode(previous) }),
  };
  return { read: () => Promise.resolve(keys || undefined) };
}
