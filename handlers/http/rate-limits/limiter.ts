import type { Clock } from "../../ports/clock.ts";
import type { Context } from "../context.ts";
import {
  chatLimit,
  limitHeaders,
  limitsByClass,
  rateLimited,
  readLimit,
  type Count,
  type CountedPermit,
  type Limit,
  type Rate,
} from "./limits.ts";
import { createReadLimit } from "./memory.ts";
import type { Route } from "../route.ts";

type Caller = Pick<Context, "identity" | "clientAddress">;

export interface LimiterOptions {
  readonly chat: Rate;
  readonly read: Rate;
  readonly clock: Clock;
  /** Counts in the database, so that instances agree. Throws PortFailure. */
  readonly count: (counts: readonly Count[]) => Promise<CountedPermit | undefined>;
}

/** Holds requests against their routes' limits. */
export function createLimiter({ chat, read, clock, count }: LimiterOptions) {
  const reading = readLimit(read);
  const limits = { ...limitsByClass, chat: [chatLimit(chat)] };
  const reads = createReadLimit(clock);

  return {
    /**
     * Counts a reading request.
     *
     * @throws Problem 429
     */
    admitReading(route: Route, caller: Caller): void {
      if (route.limit !== "read" || caller.identity.kind === "admin") return;
      const permit = reads(subjectOf(reading, caller, undefined), read);
      if (permit) throw rateLimited({ limit: reading, ...permit });
    },

    /**
     * Counts a request of the other classes, unless the route's own statement does. The answer's headers.
     *
     * @throws Problem 429
     * @throws PortFailure
     */
    async admit(
      route: Route,
      caller: Caller,
      body: unknown,
    ): Promise<Record<string, string> | undefined> {
      if (route.limit === "read" || route.limit === "none") return undefined;
      if (route.counted === "within") return undefined;
      const account = route.account?.(body);
      const permit = await count(
        limits[route.limit].map((limit) => ({ limit, subject: subjectOf(limit, caller, account) })),
      );
      if (permit && !permit.allowed) throw rateLimited(permit);
      return permit && limitHeaders(permit);
    },

    /** The count of what a route's own statement counts. */
    countOf(limit: Limit, caller: Caller): Count {
      return { limit, subject: subjectOf(limit, caller, undefined) };
    },
  };
}

export type Limiter = ReturnType<typeof createLimiter>;

function subjectOf(
  { by }: Limit,
  { identity, clientAddress }: Caller,
  account: string | undefined,
): string {
  if (by === "account" && account !== undefined) return `account ${account}`;
  if (by !== "address" && identity.kind === "user") return `user ${identity.userId}`;
  if (by !== "address" && identity.kind === "admin") return "operator";
  return `address ${clientAddress}`;
}
