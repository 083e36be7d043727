import { sql } from "../../lib/sql.ts";
import type { Statement } from "../../ports/database.ts";
import { countedPermit, limitHeaders, rateLimited, type Count } from "../rate-limits/limits.ts";
import type { CountedPermit, PermitRow } from "../rate-limits/limits.ts";
import { isPermitted, permit } from "../rate-limits/store.ts";
import type { Reply } from "../reply.ts";
import type { GuestGrant } from "../../contract/chat.ts";
import { invalidToken } from "./unauthorized.ts";

/**
 * The checks that a route leaves to its own statement, which saves a round trip each: whether the
 * caller's session or key is still valid and, on a route with `limit: "by-statement"`, whether the rate limit
 * allows the request. Verbs pass an admission on; only a store looks inside:
 *
 *     const [row] = await database.query(sql`
 *       with ${admission.caller}
 *       select ${admission.verdict}, … from … where owner_id = (select user_id from caller)`);
 *     return admission.check(row);
 */
export interface Admission {
  /** The caller's id; for a guest whom the statement creates, the id they will get. */
  readonly userId: string;
  /** Makes the tokens of the guest whom the statement creates; undefined for a caller who has a token. */
  readonly grant: (() => Promise<GuestGrant>) | undefined;
  /**
   * SQL for a WITH clause that defines `caller (user_id, session_id)`: one row where every check allows
   * the request, otherwise none. Counts the request and creates the guest, if there is one to create.
   */
  readonly caller: Statement;
  /** SQL for the select list beside `caller`: the columns that `check` reads. */
  readonly verdict: Statement;
  /**
   * The whole statement for a request that writes nothing: it counts and checks, and creates no guest. It ends with its
   * select list, to which columns may be added.
   */
  readonly checkOnly: Statement;
  /** Reads the outcome of the checks from a row of the statement; no row means that the session has ended. */
  check<Row extends VerdictRow>(row: Row | undefined): Checked<Row>;
}

/** The columns of `Admission.verdict`. */
export interface VerdictRow {
  readonly signed_in: boolean;
  readonly permit?: PermitRow;
}

declare const proof: unique symbol;

/** The outcome of a statement that made an admission's checks. */
export type Checked<Value> = Admitted<Value> | Refused;

/** The request is allowed. Only `Admission.check` makes one; `{ ...admitted, value }` gives it another value. */
export interface Admitted<Value> {
  readonly kind: "admitted";
  readonly value: Value;
  /** Undefined where the statement did not count. */
  readonly permit: CountedPermit | undefined;
  readonly [proof]: true;
}

/** The checks refused the request, and nothing was written. */
export type Refused =
  | { readonly kind: "signed-out" }
  | { readonly kind: "limited"; readonly permit: CountedPermit };

/** The reply of a route that left checks to its statement. Only `replyIfAdmitted` makes one. */
export interface AdmittedReply extends Reply {
  readonly [proof]: true;
}

/**
 * The reply to a request whose checks were left to a statement, with the rate limit's headers.
 *
 * @throws Problem 401 `invalid_token` where the session has ended, 429 `rate_limited`
 */
export async function replyIfAdmitted<Value>(
  checked: Checked<Value>,
  reply: (value: Value) => Promise<Reply> | Reply,
): Promise<AdmittedReply> {
  if (checked.kind === "signed-out") throw invalidToken();
  if (checked.kind === "limited") throw rateLimited(checked.permit);
  const { status, headers, body } = await reply(checked.value);
  const counted = checked.permit && limitHeaders(checked.permit);
  return { status, headers: { ...headers, ...counted }, body } as AdmittedReply;
}

/** The session that a statement looks up or creates, and its user. */
export interface SessionStatement {
  readonly userId: string;
  /** Undefined for a session that exists. */
  readonly grant: (() => Promise<GuestGrant>) | undefined;
  /**
   * SQL for a WITH clause that defines `session (id, user_id)`, one row or none.
   *
   * @param isAllowed SQL condition; where it is false no guest is made
   */
  readonly session: (isAllowed: Statement) => Statement;
}

/**
 * Joins a session's SQL with the SQL that counts the request.
 *
 * @param counts what the statement counts; none: the request is counted elsewhere, or not at all
 * @param guestCounts what it also counts where it creates the guest
 */
export function createAdmission(
  { userId, grant, session }: SessionStatement,
  counts: readonly Count[],
  guestCounts: readonly Count[],
): Admission {
  const isSignedIn = sql`exists (select from session) as signed_in`;
  if (counts.length === 0) {
    const caller = sql`${session(sql`true`)},
      caller as (select user_id, id as session_id from session)`;
    const checkOnly = sql`with ${caller} select ${isSignedIn}`;
    return { userId, grant, caller, verdict: isSignedIn, checkOnly, check: checkSession };
  }
  const all = [...counts, ...guestCounts];
  const caller = sql`${permit(all)}, ${session(isPermitted)},
    caller as (select user_id, id as session_id from session where ${isPermitted})`;
  const permitRow = sql`(select to_jsonb(permit) from permit) as permit`;
  const verdict = sql`${permitRow}, ${isSignedIn}`;
  return {
    userId,
    grant,
    caller,
    verdict,
    checkOnly: grant
      ? sql`with ${permit(counts)} select ${permitRow}, true as signed_in`
      : sql`with ${caller} select ${verdict}`,
    check(row) {
      if (!row?.permit) throw new Error("the statement does not select admission.verdict");
      const counting = countedPermit(all, row.permit);
      if (!counting.allowed) return { kind: "limited", permit: counting };
      const checked = checkSession(row);
      return checked.kind === "admitted" ? { ...checked, permit: counting } : checked;
    },
  };
}

function checkSession<Row extends VerdictRow>(row: Row | undefined): Checked<Row> {
  if (row?.signed_in !== true) return { kind: "signed-out" };
  return { kind: "admitted", value: row, permit: undefined } as Admitted<Row>;
}
