import type { AnyContext } from "../context.ts";
import { settingsMissing } from "../problem.ts";
import type { Limiter } from "../rate-limits/limiter.ts";
import { guestLimit, type Limit } from "../rate-limits/limits.ts";
import type { Route } from "../route.ts";
import { createAdmission, type SessionStatement } from "./admission.ts";
import type { Caller } from "./identity.ts";

export interface AdmissionsOptions {
  readonly limiter: Limiter;
  readonly sessions: {
    /** Looks the caller's session or key up. */
    readonly existing: (caller: Caller) => SessionStatement;
    /** Prepares a guest with a session; undefined while no signing secret is configured. */
    readonly newGuest: () => Promise<SessionStatement | undefined>;
  };
}

/** Creates the admissions of the routes that leave checks to their statements. */
export function createAdmissions({ limiter, sessions }: AdmissionsOptions) {
  async function admit(context: AnyContext, limits: readonly Limit[]) {
    const { caller } = context;
    const isKnown = caller.kind === "guest" || caller.kind === "user";
    const session = isKnown ? sessions.existing(caller) : await sessions.newGuest();
    if (!session) throw settingsMissing("JWT_SECRET");
    return createAdmission(
      session,
      limiter.countsOf(limits, context),
      limiter.countsOf(session.grant ? [guestLimit] : [], context),
    );
  }

  return {
    /** The context fields for the checks that a route leaves to its statement: see `RouteContext`. */
    leftBy(
      { limit, sessionCheck }: Route,
      context: AnyContext,
    ): Pick<AnyContext, "admission" | "admit"> {
      const { caller } = context;
      if (limit === "by-statement" || limit === "read-and-by-statement")
        return { admit: (counted) => admit(context, counted) };
      if (sessionCheck === "by-guard" || !("credential" in caller)) return {};
      return { admission: createAdmission(sessions.existing(caller), [], []) };
    },
  };
}

export type Admissions = ReturnType<typeof createAdmissions>;
