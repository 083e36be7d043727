import type { Rate } from "../../settings/kinds.ts";
import { Problem } from "../problem.ts";

/**
 * Which count a request is held against; each has a rate of its own. `within`: one that the handler
 * chooses and its own statement counts, which saves a round trip. The others are counted ahead of the
 * handler.
 */
export type LimitClass = "sign-in" | "register" | "guest" | "ingest" | "read" | "within" | "none";

/**
 * One count that a request is held against. `caller`: a signed-in user, else the address, because a new
 * guest costs nothing. `account`: the one that somebody wants into, whether it exists or not.
 */
export interface Limit {
  /** What clients are told it is called. */
  readonly name: string;
  readonly by: "caller" | "address" | "account";
  readonly rate: Rate;
}

/** A limit, and whose count it is here. */
export interface Count {
  readonly limit: Limit;
  readonly subject: string;
}

/** What counting a request against a limit came to. */
export interface Permit {
  readonly allowed: boolean;
  /** How many more requests would be allowed now. */
  readonly remaining: number;
  /** Until one more is allowed. */
  readonly reset_seconds: number;
}

/** The permit of the limit that is nearest. */
export interface CountedPermit extends Permit {
  readonly limit: Limit;
}

const minute = 60_000;
const hour = 60 * minute;

/** Messages, of any dialect. The rate is the operator's to set. */
export const chatLimit = (rate: Rate): Limit => ({ name: "chat", by: "caller", rate });

/**
 * The user's answers to confirmations: not messages, because one message may ask for twenty, and yet
 * each makes the model speak.
 */
export const decisionLimit: Limit = {
  name: "confirmation",
  by: "caller",
  rate: { limit: 60, window: minute },
};

/** Of one process: reading is not worth a statement. */
export const readLimit = (rate: Rate): Limit => ({ name: "read", by: "caller", rate });

/** What is counted in the database ahead of a route's handler. */
export const limitsByClass = {
  // The address first: one that is used up must not lock accounts.
  "sign-in": [
    { name: "sign-in-address", by: "address", rate: { limit: 30, window: 5 * minute } },
    { name: "sign-in", by: "account", rate: { limit: 10, window: 5 * minute } },
  ],
  register: [{ name: "register", by: "address", rate: { limit: 10, window: hour } }],
  guest: [{ name: "guest", by: "address", rate: { limit: 60, window: hour } }],
  ingest: [{ name: "ingest", by: "caller", rate: { limit: 600, window: minute } }],
} satisfies Partial<Record<LimitClass, readonly Limit[]>>;

/** `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers). */
export function limitHeaders({ limit, ...permit }: CountedPermit): Record<string, string> {
  const { rate, name } = limit;
  return {
    ratelimit: `"${name}";r=${permit.remaining};t=${permit.reset_seconds}`,
    "ratelimit-policy": `"${name}";q=${rate.limit};w=${Math.ceil(rate.window / 1000)}`,
  };
}

/** 429, with when to come back. */
export function rateLimited(permit: CountedPermit): Problem {
  const seconds = permit.reset_seconds;
  const detail = `Too many requests. Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
  return new Problem(429, "rate_limited", detail, {
    headers: { "retry-after": String(seconds), ...limitHeaders(permit) },
  });
}
