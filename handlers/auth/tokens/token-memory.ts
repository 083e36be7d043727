import { createBoundedCache } from "../../lib/cache.ts";
import type { Clock } from "../../ports/clock.ts";

/** Whose tokens are remembered; the one known longest is forgotten first. */
const mostTokens = 1000;

export interface VerifiedToken<Claims> {
  readonly claims: Claims;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly expiresAt: number;
}

/**
 * Tokens whose signature was good a moment ago: checking it again costs a twentieth of a millisecond and a
 * way through the thread pool. Only good ones are kept, so nobody fills it with forgeries.
 */
export function createTokenMemory<Claims>(clock: Clock) {
  const verified = createBoundedCache<string, VerifiedToken<Claims>>(mostTokens);
  return {
    find(token: string): Claims | undefined {
      const found = verified.get(token);
      if (found === undefined) return undefined;
      if (clock.now() < found.expiresAt) return found.claims;
      verified.delete(token);
      return undefined;
    },

    keep(token: string, found: VerifiedToken<Claims>): void {
      verified.set(token, found);
    },
  };
}
