import * as v from "valibot";

const largestPage = 100;

/** Of lists that go on with `next_cursor`. */
export const pageQuery = v.object({
  cursor: v.optional(v.pipe(v.string(), v.uuid("must be a next_cursor"), v.toLowerCase())),
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,3}$/, `must be a number from 1 to ${largestPage}`),
      v.transform(Number),
      v.minValue(1, `must be a number from 1 to ${largestPage}`),
      v.maxValue(largestPage, `must be a number from 1 to ${largestPage}`),
    ),
    "50",
  ),
});

/** A page of rows that were asked for with one more than the page holds. */
export function toPage<Row extends { readonly id: string }>(
  rows: readonly Row[],
  limit: number,
): { readonly rows: readonly Row[]; readonly nextCursor: string | null } {
  const page = rows.slice(0, limit);
  return { rows: page, nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}
