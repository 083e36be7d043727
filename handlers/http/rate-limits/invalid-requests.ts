import type { Clock } from "../../ports/clock.ts";
import type { Rate } from "../../settings/kinds.ts";
import type { Identity } from "../access/identity.ts";
import type { Problem } from "../problem.ts";
import { invalidRequestLimit, rateLimited } from "./limits.ts";
import { createMemoryLimit } from "./memory.ts";

/** Statuses of requests that end before another limit counts them. */
const counted: ReadonlySet<number> = new Set([400, 401, 408, 413, 415]);

/** A compact JWS (RFC 7515 §7.1), such as an access token: its signature is checked without the database. */
const signedToken = /^bearer +[\w-]+\.[\w-]+\.[\w-]+$/i;

/**
 * Counts invalid requests, and those with a wrong token, key or password, in memory: for a signed-in user, otherwise
 * for the address. An address beyond the limit is refused before a key is compared or a body read; signed-in users
 * behind the same address are let through.
 */
export function createInvalidRequestLimit(rate: Rate, clock: Clock) {
  const limit = invalidRequestLimit(rate);
  const memory = createMemoryLimit(clock);

  const refusalOf = (subject: string): Problem | undefined => {
    const permit = memory.check(subject, rate);
    return permit && rateLimited({ limit, ...permit });
  };

  return {
    /**
     * The caller that `identify` finds.
     *
     * @throws Problem 429, and what `identify` throws
     */
    async admit(
      request: Request,
      address: string,
      identify: () => Promise<Identity> | Identity,
    ): Promise<Identity> {
      const refusal = refusalOf(`address ${address}`);
      if (refusal && !signedToken.test(request.headers.get("authorization") ?? "")) throw refusal;
      const caller = await identifyOr(refusal, identify);
      const own = caller.kind === "user" ? refusalOf(`user ${caller.id}`) : refusal;
      if (own) throw own;
      return caller;
    },

    /** Counts a request that failed. The operator's are not counted. @param caller undefined: not identified */
    note(problem: Problem, address: string, caller: Identity | undefined): void {
      if (!counted.has(problem.status) || caller?.kind === "admin") return;
      memory.count(caller?.kind === "user" ? `user ${caller.id}` : `address ${address}`, rate);
    },
  };
}

export type InvalidRequestLimit = ReturnType<typeof createInvalidRequestLimit>;

async function identifyOr(
  refusal: Problem | undefined,
  identify: () => Promise<Identity> | Identity,
): Promise<Identity> {
  try {
    return await identify();
  } catch (error) {
    throw refusal ?? error;
  }
}
