import type { Database, Statement } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";
import { countedPermit, type Count, type CountedPermit, type PermitRow } from "./limits.ts";

/**
 * SQL for a WITH clause that counts a request against each of the limits, if those before it allow the request. It
 * defines `permit (position, allowed, remaining, reset_seconds)`, one row: of the limit that refuses, or else of
 * the one with the fewest requests left. The rest of the statement writes only where `isPermitted`.
 *
 * @param counts at least one; of different limits
 */
export function permit(counts: readonly Count[]): Statement {
  let permits = sql``;
  let rows = sql``;
  for (const [index, count] of counts.entries()) {
    const before = raw(`from permit_${index - 1} where allowed`);
    const one = counting(`permit_${index}`, count, index === 0 ? sql`` : before);
    permits = sql`${permits}${one}, `;
    const columns = raw(
      `${index} as position, allowed, remaining, reset_seconds from permit_${index}`,
    );
    rows = index === 0 ? sql`select ${columns}` : sql`${rows} union all select ${columns}`;
  }
  return sql`${permits}permit as (
    select * from (${rows}) as permits order by allowed, remaining limit 1
  )`;
}

/** SQL condition: the `permit` of the statement's WITH clause allows the request. */
export const isPermitted: Statement = sql`(select allowed from permit)`;

/** Hits later than this belong to a clock that was set back since: counted, they would refuse requests until then. */
const clockSlack = sql`interval '1 second'`;

/**
 * Counts one request exactly: the upsert locks its row, so that concurrent requests on any instance are
 * counted one after the other, by the database's clock. Only allowed requests are kept: the last `limit`
 * hits of the window.
 */
function counting(name: string, { limit, subject }: Count, from: Statement): Statement {
  const { window, limit: most } = limit.rate;
  const span = sql`${window}::float8 * interval '1 millisecond'`;
  const key = `${limit.name} ${subject}`;
  return sql`${raw(name)} as (
    insert into request_counts as counted (key, hits, allowed, expires_at)
    select sha256(convert_to(${key}::text, 'UTF8')), array[clock_timestamp()], true,
      clock_timestamp() + ${span}
    ${from}
    on conflict (key) do update set (hits, allowed, expires_at) = (
      select
        case when is_free then recent || at else recent end,
        is_free,
        case when is_free then at + ${span} else counted.expires_at end
      from (select clock_timestamp() as at) as present
      cross join lateral (
        select array(select hit from unnest(counted.hits) as hit where hit > at - ${span} and hit <= at + ${clockSlack}) as recent
        -- Keeps the planner from reading the hits once more for each use of them.
        offset 0
      ) as kept
      cross join lateral (select cardinality(recent) < ${most}::int as is_free) as room
    )
    returning
      allowed,
      greatest(0, ${most}::int - cardinality(hits)) as remaining,
      greatest(1, ceil(extract(epoch from
        hits[greatest(1, cardinality(hits) - ${most}::int + 1)] + ${span} - clock_timestamp()
      )))::int as reset_seconds
  )`;
}

/** Rows that one statement deletes. */
const sweptAtOnce = 500;

/** Counts in the database, so that all instances share the counts. All methods throw PortFailure. */
export function createLimitStore(database: Database) {
  return {
    /**
     * Counts a request against several limits in one statement: against each only if those before it allow
     * the request. Returns the permit with the fewest requests left; undefined when there is no limit.
     */
    async count(counts: readonly Count[]): Promise<CountedPermit | undefined> {
      if (counts.length === 0) return undefined;
      const [row] = await database.query<PermitRow>(
        sql`with ${permit(counts)} select * from permit`,
      );
      return row && countedPermit(counts, row);
    },

    /** Deletes counts whose window has passed, at most 500; returns how many. */
    async sweep(): Promise<number> {
      const rows = await database.query(sql`
        delete from request_counts where key in (
          select key from request_counts where expires_at < now()
          limit ${sweptAtOnce}::int for update skip locked
        ) returning 1 as swept`);
      return rows.length;
    },
  };
}

export type LimitStore = ReturnType<typeof createLimitStore>;

/** SQL text as it is; never for a value. */
function raw(text: string): Statement {
  return { text, values: [] };
}
