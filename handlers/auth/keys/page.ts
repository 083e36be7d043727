import * as v from "valibot";
import { decodeTextCursor, pageQuery, toPage, type Page } from "../../lib/paging.ts";

/** Ids are ordered by time (UUID version 7), so that a list by id is a list by age. */
const sort = "newest";

/** The query of a list of keys or sessions. */
export const newestPageQuery = v.object(pageQuery({ usual: 50, maximum: 100 }));

export interface PageRequest {
  /** The end of the page before; undefined: the first page. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** The rows a store is asked for: older than the id `before`, one more than the page holds. */
export interface Span {
  readonly before: string | undefined;
  readonly limit: number;
}

/** A page of what a store lists; undefined for an invalid cursor. */
export async function readPage<Row extends { readonly id: string }>(
  { cursor, limit }: PageRequest,
  list: (span: Span) => Promise<Row[]>,
): Promise<Page<Row> | undefined> {
  const before = cursor === undefined ? undefined : decodeTextCursor(cursor, sort)?.id;
  if (cursor !== undefined && before === undefined) return undefined;
  const rows = await list({ before, limit: limit + 1 });
  return toPage(rows, limit, sort, ({ id }) => ({ key: "", id }));
}
