import { createBoundedCache } from "../../lib/cache.ts";

/** The most tokens that are remembered; the one remembered longest is dropped first. */
const mostTokens = 1000;

export interface VerifiedToken<Claims> {
  readonly claims: Claims;
  /** Milliseconds on the memory's clock. */
  readonly expiresAt: number;
}

/**
 * Remembers tokens whose signature was verified, because verifying again costs 0.05 ms and a trip through the
 * thread pool. Only valid tokens are kept, so forged ones cannot fill it.
 *
 * @param now milliseconds, of the clock that `expiresAt` is on
 */
export function createTokenMemory<Claims>(now: () => number) {
  const verified = createBoundedCache<string, VerifiedToken<Claims>>(mostTokens);
  return {
    find(token: string): Claims | undefined {
      const found = verified.get(token);
      if (found === undefined) return undefined;
      if (now() < found.expiresAt) return found.claims;
      verified.delete(token);
      return undefined;
    },

    keep(token: string, found: VerifiedToken<Claims>): void {
      verified.set(token, found);
    },
  };
}
