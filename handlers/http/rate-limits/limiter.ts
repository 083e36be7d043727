import type { Clock } from "../../ports/clock.ts";
import type { Identity } from "../access/identity.ts";
import {
  limitHeaders,
  limitsByClass,
  rateLimited,
  readLimit,
  type Count,
  type Limit,
  type LimitClass,
} from "./limits.ts";
import { createMemoryLimit } from "./memory.ts";
import type { LimitStore } from "./store.ts";
import type { Rate } from "../../settings/kinds.ts";
import type { Route } from "../route.ts";

/** What a request may be counted by. */
interface Requester {
  readonly caller: Identity;
  readonly clientAddress: string;
}

export interface LimiterOptions {
  readonly read: Rate;
  readonly clock: Clock;
  /** Counts in the database, so that instances agree. */
  readonly store: LimitStore;
  /** Whether this account was signed into from this address before. @throws PortFailure */
  readonly isKnownAddress: (account: string, clientAddress: string) => Promise<boolean>;
}

/** Counts requests against their routes' rate limits. */
export function createLimiter({ read, clock, store, isKnownAddress }: LimiterOptions) {
  const reading = readLimit(read);
  const reads = createMemoryLimit(clock);

  return {
    /** Counts a request of the classes that count as reading, in memory. @throws Problem 429 */
    admitReading(route: Route, requester: Requester): void {
      if (!countsAsReading(route.limit) || requester.caller.kind === "admin") return;
      const permit = reads.count(subjectOf(reading, requester, undefined), read);
      if (permit) throw rateLimited({ limit: reading, ...permit });
    },

    /**
     * Counts a request of the classes that the database counts before the handler runs. Returns headers for
     * the reply.
     *
     * @throws Problem 429
     * @throws PortFailure
     */
    async admit(
      route: Route,
      requester: Requester,
      body: unknown,
    ): Promise<Record<string, string> | undefined> {
      const { limit: name } = route;
      if (countsAsReading(name) || name === "by-statement" || name === "none") return undefined;
      const account = route.account?.(body);
      const permit = await store.count(
        limitsByClass[name].map((limit) => ({
          limit,
          subject: subjectOf(limit, requester, account),
        })),
      );
      if (!permit || permit.allowed) return permit && limitHeaders(permit);
      const isWaived =
        permit.limit.waivedFor === "known-addresses" &&
        account !== undefined &&
        (await isKnownAddress(account, requester.clientAddress));
      if (!isWaived) throw rateLimited(permit);
      return undefined;
    },

    /** What the statement of a route with `limit: "by-statement"` must count. The operator has no address limits. */
    countsOf(limits: readonly Limit[], requester: Requester): Count[] {
      return limits
        .filter(({ by }) => by !== "address" || requester.caller.kind !== "admin")
        .map((limit) => ({ limit, subject: subjectOf(limit, requester, undefined) }));
    },
  };
}

function countsAsReading(limit: LimitClass): limit is "read" | "read-and-by-statement" {
  return limit === "read" || limit === "read-and-by-statement";
}

export type Limiter = ReturnType<typeof createLimiter>;

/** Whose tokens a request uses: the user's, or those of all guests of an address, because a client can make any number of guests. */
export function payerOf(requester: Requester): string {
  return subjectOf({ by: "caller" }, requester, undefined);
}

function subjectOf(
  { by }: Pick<Limit, "by">,
  { caller, clientAddress }: Requester,
  account: string | undefined,
): string {
  if (by === "account" && account !== undefined) return `account ${account}`;
  if (by === "account-and-address" && account !== undefined) {
    return `account ${account} address ${clientAddress}`;
  }
  if (by !== "address" && caller.kind === "user") return `user ${caller.id}`;
  if (by !== "address" && caller.kind === "admin") return "operator";
  return `address ${clientAddress}`;
}
