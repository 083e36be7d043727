import { sha256, toBase64Url } from "../../lib/bytes.ts";
import { randomSecret } from "../tokens/secret-text.ts";

/** One attempt to sign in at a provider, from leaving to coming back. */
export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly codeChallenge: string;
}

/** How long somebody may take at the provider, seconds. */
export const attemptSeconds = 600;

/** What the browser of a new attempt keeps. Everything else follows from it, so nothing is stored here. */
export function newAttemptSecret(now: number): string {
  return `${now}.${randomSecret()}`;
}

/**
 * The attempt that belongs to a browser's secret. Each part is a digest of its own: the address of the
 * provider shows state and nonce, and neither the secret nor the verifier can be told from them. The time
 * is part of the secret, and so of the state: nobody can make it younger.
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

/** The attempt a browser comes back from; undefined when it is too old or another one. */
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
