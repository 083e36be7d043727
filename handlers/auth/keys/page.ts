import * as v from "valibot";
import { decodeTextCursor, pageQuery as sharedQuery, toPage, type Page } from "../../lib/paging.ts";

/** Ids are made in order of time: a list by id is a list by age. */
const sort = "newest";

export const pageQuery = v.object(sharedQuery({ usual: 50, maximum: 100 }));

export interface PageRequest {
  /** Where the page before it ended. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** What a store is asked for: rows below an id, one more than the page holds. */
export interface Span {
  readonly before: string | undefined;
  readonly limit: number;
}

/** A page of what a store lists; undefined where the cursor is not one of such a list. */
export async function readPage<Row extends { readonly id: string }>(
  { cursor, limit }: PageRequest,
  list: (span: Span) => Promise<Row[]>,
): Promise<Page<Row> | undefined> {
  const before = cursor === undefined ? undefined : decodeTextCursor(cursor, sort)?.id;
  if (cursor !== undefined && before === undefined) return undefined;
  const rows = await list({ before, limit: limit + 1 });
  return toPage(rows, limit, sort, ({ id }) => ({ key: "", id }));
}
