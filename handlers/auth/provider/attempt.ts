import { sha256, toBase64Url } from "../../lib/bytes.ts";
import { randomSecret } from "../tokens/secret-text.ts";

/** One attempt to sign in at a provider: the values that its request and its answer must share. */
export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly codeChallenge: string;
}

/** How long the user may take at the provider, in seconds. */
export const attemptSeconds = 600;

/** A new attempt's secret, for the browser's cookie. The attempt is derived from it, so nothing is stored here. */
export function newAttemptSecret(now: number): string {
  return `${now}.${randomSecret()}`;
}

/**
 * The attempt that belongs to a browser's secret. Each part is a digest of its own: the provider's address
 * shows state and nonce, and neither the secret nor the verifier can be derived from them. The start time is
 * part of the secret, and so of the state: changing it makes the state wrong.
 */
export async function attemptOf(secret: string): Promise<Attempt> {
  const derive = async (part: string) => toBase64Url(await sha256(`${part} ${secret}`));
  const [state, nonce, codeVerifier] = await Promise.all([
    derive("state"),
    derive("nonce"),
    derive("code verifier"),
  ]);
  const codeChallenge = toBase64Url(await sha256(codeVerifier));
  return { state, nonce, codeVerifier, codeChallenge };
}

/** The attempt that a browser returns from; undefined when it is over 600 seconds old or has another state. */
export async function recallAttempt(
  secret: string | undefined,
  { state, now }: { readonly state: string | undefined; readonly now: number },
): Promise<Attempt | undefined> {
  const [, startedAt] = /^(\d{1,15})\.[\w-]{43}$/.exec(secret ?? "") ?? [];
  if (secret === undefined || startedAt === undefined) return undefined;
  const age = now - Number(startedAt);
  if (age < 0 || age > attemptSeconds * 1000) return undefined;
  const attempt = await attemptOf(secret);
  return attempt.state === state ? attempt : undefined;
}
