import * as v from "valibot";
import { scopes } from "../../http/access/identity.ts";
import { isVisible } from "../../lib/text-schema.ts";
import { displayName } from "../sessions/schema.ts";

const scope = v.picklist(scopes);

export const keyBody = v.object({
  name: v.pipe(displayName, v.check(isVisible, "must not be empty")),
  scopes: v.pipe(v.array(scope), v.minLength(1, "must name at least one"), v.maxLength(10)),
  expires_at: v.optional(
    v.nullable(
      v.pipe(
        v.string(),
        v.isoTimestamp("must be an ISO 8601 time"),
        v.transform((value) => new Date(value)),
        v.check((date) => !Number.isNaN(date.getTime()), "must be an ISO 8601 time"),
      ),
    ),
    null,
  ),
});

const key = v.object({
  id: v.string(),
  name: v.string(),
  scopes: v.array(scope),
  created_at: v.string(),
  last_used_at: v.nullable(v.string()),
  expires_at: v.nullable(v.string()),
});

export const createdKey = v.object({
  ...key.entries,
  key: v.pipe(v.string(), v.description("The bearer token; it is shown this once")),
});

export const keyList = v.object({ keys: v.array(key), next_cursor: v.nullable(v.string()) });
