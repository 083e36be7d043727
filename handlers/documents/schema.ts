import * as v from "valibot";
import { scopeFields } from "../contract/asked-scope.ts";
import { pageQuery } from "../lib/paging.ts";
import { atMost } from "../lib/text-schema.ts";
import { ownSources } from "../ports/document-source.ts";
import { urlBase } from "../settings/kinds.ts";
import { isTooLongPath, longestPath } from "./ingest/identity.ts";
import { mediaTypes } from "./parsing/parsers.ts";

/** A document's path within its source. */
export const documentPath = v.pipe(
  v.string(),
  v.minLength(1, "must not be empty"),
  v.maxLength(1000, "must be at most 1000 characters"),
  v.check(
    (value) => !/^\/|\\|\p{Cc}|(?:^|\/)\.{1,2}(?:\/|$)/u.test(value) && value.isWellFormed(),
    "must be relative, with `/` between names, and without `.` or `..`",
  ),
  v.check((value) => !isTooLongPath(value), `must be at most ${longestPath} bytes in UTF-8`),
);

const webAddress = v.pipe(
  v.string(),
  v.url("must be an absolute URL"),
  v.maxLength(2000),
  v.regex(/^https?:/i, "must begin with http:// or https://"),
);

/** As DOCUMENTS_URL_BASE. */
const baseAddress = v.pipe(
  v.string(),
  v.maxLength(2000),
  v.check((value) => v.is(urlBase.schema, value), `must be ${urlBase.form}`),
);

/** A folder's name, mostly, which may have almost any character. */
const source = v.pipe(
  v.string(),
  v.regex(
    /^[^\p{Cc}\p{Cs}/\\]{1,100}$/u,
    "must be 1–100 characters, without control characters, `/` and `\\`",
  ),
  v.notValue(ownSources.bundled, "is kept for Docent's own README, which other documents replace"),
);

/** The body of POST /api/documents. */
export const documentBody = v.object({
  path: documentPath,
  content: v.string(),
  encoding: v.pipe(
    v.optional(v.picklist(["utf-8", "base64"], "must be utf-8 or base64"), "utf-8"),
    v.description("How `content` says the document's bytes: as text, or in base64 (RFC 4648)."),
  ),
  media_type: v.optional(
    v.nullable(v.picklist(mediaTypes, `must be one of ${mediaTypes.join(", ")}`)),
  ),
  url: v.optional(v.nullable(webAddress)),
  title: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(500)))),
  source: v.optional(v.nullable(source)),
  url_base: v.optional(v.nullable(baseAddress)),
});

/** The fields of a form of files. */
export const documentForm = v.object({
  source: v.optional(source),
  url_base: v.optional(baseAddress),
});

export const documentParams = v.object({ id: v.pipe(v.string(), v.maxLength(200)) });

export const listQuery = v.object({
  source: v.optional(v.pipe(v.string(), v.maxLength(100))),
  q: v.pipe(
    v.optional(v.pipe(v.string(), v.trim(), atMost(200))),
    v.description("A part of the path or the title"),
  ),
  ...pageQuery({ usual: 50, maximum: 200 }),
});

export const passagesQuery = v.object(pageQuery({ usual: 50, maximum: 200 }));

export const searchQuery = v.object({
  q: v.pipe(
    v.string("is required"),
    v.trim(),
    v.minLength(1, "must not be empty"),
    v.maxLength(2000, "must be at most 2000 characters"),
  ),
  limit: pageQuery({ usual: 10, maximum: 50 }).limit,
  ...scopeFields,
  explain: v.optional(v.picklist(["0", "1"], "must be 0 or 1"), "0"),
});

export const suggestions = v.object({ suggestions: v.array(v.string()) });
