import type { Clock } from "../../ports/clock.ts";
import type { Identity } from "../access/identity.ts";
import {
  limitHeaders,
  limitsByClass,
  rateLimited,
  readLimit,
  type Count,
  type Limit,
} from "./limits.ts";
import { createReadLimit } from "./memory.ts";
import type { LimitStore } from "./store.ts";
import type { Rate } from "../../settings/kinds.ts";
import type { Route } from "../route.ts";

/** Whom a request is counted for. */
interface Requester {
  readonly caller: Identity;
  readonly clientAddress: string;
}

export interface LimiterOptions {
  readonly read: Rate;
  readonly clock: Clock;
  /** Counts in the database, so that instances agree. */
  readonly store: LimitStore;
}

/** Holds requests against their routes' limits. */
export function createLimiter({ read, clock, store }: LimiterOptions) {
  const reading = readLimit(read);
  const reads = createReadLimit(clock);

  return {
    /**
     * Counts a reading request.
     *
     * @throws Problem 429
     */
    admitReading(route: Route, requester: Requester): void {
      if (route.limit !== "read" || requester.caller.kind === "admin") return;
      const permit = reads(subjectOf(reading, requester, undefined), read);
      if (permit) throw rateLimited({ limit: reading, ...permit });
    },

    /**
     * Counts a request of the classes that are counted in the database ahead of the handler, and gives the
     * reply's headers.
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
      if (name === "read" || name === "within" || name === "none") return undefined;
      const account = route.account?.(body);
      const permit = await store.count(
        limitsByClass[name].map((limit) => ({
          limit,
          subject: subjectOf(limit, requester, account),
        })),
      );
      if (permit && !permit.allowed) throw rateLimited(permit);
      return permit && limitHeaders(permit);
    },

    /** The count of what a route's own statement counts. */
    countOf(limit: Limit, requester: Requester): Count {
      return { limit, subject: subjectOf(limit, requester, undefined) };
    },
  };
}

export type Limiter = ReturnType<typeof createLimiter>;

function subjectOf(
  { by }: Limit,
  { caller, clientAddress }: Requester,
  account: string | undefined,
): string {
  if (by === "account" && account !== undefined) return `account ${account}`;
  if (by !== "address" && caller.kind === "user") return `user ${caller.id}`;
  if (by !== "address" && caller.kind === "admin") return "operator";
  return `address ${clientAddress}`;
}
