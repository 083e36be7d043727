import type { Rate } from "../../settings/kinds.ts";
import { Problem } from "../problem.ts";

/**
 * Which limits apply to a route. `by-statement`: the handler chooses a limit and its own statement counts, which
 * saves a round trip. `read-and-by-statement`: counted as reading, and the handler may count more in its own
 * statement. The others are counted before the handler runs.
 */
export type LimitClass =
  | "sign-in"
  | "sign-in-callback"
  | "password"
  | "register"
  | "guest"
  | "ingest"
  | "read"
  | "read-and-by-statement"
  | "by-statement"
  | "none";

/**
 * A rate limit and what it counts by. `caller`: the signed-in user, otherwise the address, because a client
 * can make any number of guests. `account`: the account that a sign-in names, whether it exists or not; from
 * wherever, or from each address separately.
 */
export interface Limit {
  /** Its name in the `RateLimit` header. */
  readonly name: string;
  readonly by: "caller" | "address" | "account" | "account-and-address";
  readonly rate: Rate;
  /** The limit does not hold for addresses from which the account was signed into before. */
  readonly waivedFor?: "known-addresses";
}

/** A limit, and the key that this request is counted under. */
export interface Count {
  readonly limit: Limit;
  readonly subject: string;
}

/** The result of counting a request against a limit. */
export interface Permit {
  readonly allowed: boolean;
  /** How many more requests would be allowed now. */
  readonly remaining: number;
  /** Seconds until one more request is allowed. */
  readonly reset_seconds: number;
}

/** A permit with its limit. */
export interface CountedPermit extends Permit {
  readonly limit: Limit;
}

/** A permit as the counting statement returns it. */
export interface PermitRow extends Permit {
  /** The place of its limit among those counted. */
  readonly position: number;
}

/** The permit with its limit, one of `counts`. */
export function countedPermit(
  counts: readonly Count[],
  { position, ...permit }: PermitRow,
): CountedPermit {
  const limit = counts[position]?.limit;
  if (!limit) throw new Error(`the statement counted against ${counts.length} limits only`);
  return { ...permit, limit };
}

const minute = 60_000;
const hour = 60 * minute;

/** Chat messages of any dialect, at the operator's rate (CHAT_RATE_LIMIT). */
export const chatLimit = (rate: Rate): Limit => ({ name: "chat", by: "caller", rate });

/**
 * Chat messages of all callers at one address (CHAT_ADDRESS_LIMIT), because one person can have many accounts. It
 * is higher than a caller's own limit, because a classroom or an office shares an address.
 */
export const chatAddressLimit = (rate: Rate): Limit => ({
  name: "chat-address",
  by: "address",
  rate,
});

/**
 * The user's decisions on confirmations. They have a limit of their own, because one message may ask for 20
 * of them, and each calls the model.
 */
export const decisionLimit: Limit = {
  name: "confirmation",
  by: "caller",
  rate: { limit: 60, window: minute },
};

/** Reading, counted in one process: a statement would cost more than most reads. */
export const readLimit = (rate: Rate): Limit => ({ name: "read", by: "caller", rate });

/** New guests, made by themselves or with a first question. */
export const guestLimit: Limit = {
  name: "guest",
  by: "address",
  rate: { limit: 60, window: hour },
};

const signInAddressLimit: Limit = {
  name: "sign-in-address",
  by: "address",
  rate: { limit: 30, window: 5 * minute },
};

/** Requests that are invalid or have wrong credentials, counted in one process. */
export const invalidRequestLimit = (rate: Rate): Limit => ({ name: "invalid", by: "caller", rate });

/** The limits of the classes that the database counts before the handler runs. */
export const limitsByClass = {
  // The address first: requests beyond its limit must not use up an account's.
  "sign-in": [
    signInAddressLimit,
    { name: "sign-in", by: "account-and-address", rate: { limit: 10, window: 5 * minute } },
    // Bounds guessing from many addresses. It is high and waived, because strangers can use it up.
    {
      name: "sign-in-account",
      by: "account",
      rate: { limit: 100, window: hour },
      waivedFor: "known-addresses",
    },
  ],
  "sign-in-callback": [
    { name: "sign-in-callback", by: "address", rate: { limit: 100, window: 5 * minute } },
  ],
  // A signed-in user's password, to change or delete the account: a stolen token must not help to guess it.
  password: [
    signInAddressLimit,
    { name: "password", by: "caller", rate: { limit: 10, window: 5 * minute } },
  ],
  register: [{ name: "register", by: "address", rate: { limit: 10, window: hour } }],
  guest: [guestLimit],
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

/** 429 with `Retry-After`, in seconds (RFC 9110 §10.2.3). */
export function rateLimited(permit: CountedPermit): Problem {
  const seconds = permit.reset_seconds;
  const detail = `Too many requests. Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
  return new Problem(429, "rate_limited", detail, {
    headers: { "retry-after": String(seconds), ...limitHeaders(permit) },
  });
}
