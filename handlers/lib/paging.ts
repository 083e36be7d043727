import * as v from "valibot";
import { encodeUtf8, fromBase64Url, toBase64Url } from "./bytes.ts";
import { isUuid } from "./ids.ts";
import { storableText } from "./text-schema.ts";

/**
 * The end of a page: its last row's sort key and id. A key that is a time counts microseconds since 1970,
 * PostgreSQL's precision.
 */
export interface Place<Key extends string | number = number> {
  readonly key: Key;
  readonly id: string;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Null on the last page. */
  readonly next_cursor: string | null;
}

/** The query parameters of every list: `cursor` and `limit`. */
export function pageQuery({ usual, maximum }: { usual: number; maximum: number }) {
  return {
    cursor: v.optional(
      v.pipe(
        v.string(),
        v.metadata({
          pattern: "^[A-Za-z0-9_-]+$",
          description: "`next_cursor` of the page before, in the same order",
        }),
      ),
    ),
    limit: wholeNumber({ usual, maximum }),
  };
}

/** A query parameter from 1 to `maximum`. */
export function wholeNumber({ usual, maximum }: { usual: number; maximum: number }) {
  return v.pipe(
    v.optional(
      v.pipe(
        v.string(),
        v.check((value) => /^\d{1,9}$/.test(value), "must be a whole number"),
        v.transform(Number),
        v.minValue(1, "must be at least 1"),
        v.maxValue(maximum, `must be at most ${maximum}`),
      ),
      String(usual),
    ),
    // A query is text; the OpenAPI document describes the number in it.
    v.metadata({ type: "integer", minimum: 1, maximum, default: usual }),
  );
}

/** A page of at most `limit` rows. `rows` must hold one row more where there is a next page. */
export function toPage<Row>(
  rows: readonly Row[],
  limit: number,
  sort: string,
  placeOf: (row: Row) => Place<string | number>,
): Page<Row> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const goesOn = last !== undefined && rows.length > limit;
  return { rows: page, next_cursor: goesOn ? encodeCursor(sort, placeOf(last)) : null };
}

/** A place as opaque text, valid only for lists in this order. */
function encodeCursor(sort: string, { key, id }: Place<string | number>): string {
  return toBase64Url(encodeUtf8(JSON.stringify([sort, key, id])));
}

const microseconds = v.pipe(v.number(), v.safeInteger());

/** The place of a cursor; undefined when it is malformed or of another order. */
export function decodeTimeCursor(cursor: string, sort: string): Place | undefined {
  return decodeCursor(cursor, sort, microseconds);
}

/** Like `decodeTimeCursor`, for a sort key that is text. */
export function decodeTextCursor(cursor: string, sort: string): Place<string> | undefined {
  return decodeCursor(cursor, sort, storableText);
}

function decodeCursor<Key extends string | number>(
  cursor: string,
  sort: string,
  key: v.GenericSchema<unknown, Key>,
): Place<Key> | undefined {
  const schema = v.tuple([v.literal(sort), key, v.pipe(v.string(), v.check(isUuid))]);
  const result = v.safeParse(schema, readJson(cursor));
  return result.success ? { key: result.output[1], id: result.output[2] } : undefined;
}

function readJson(cursor: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(fromBase64Url(cursor)));
  } catch {
    return undefined;
  }
}
