import * as v from "valibot";
import { scopes } from "../../contract/scope.ts";
import { boundedArray } from "../../lib/bounded-array.ts";
import { describeLength, isVisible } from "../../lib/text-schema.ts";
import { displayName } from "../sessions/schema.ts";

export const keyBody = v.object({
  name: v.pipe(
    v.string("must be a text"),
    describeLength(1, 100),
    displayName,
    v.check(isVisible, "must not be empty"),
  ),
  scopes: v.pipe(boundedArray(v.picklist(scopes), 10), v.minLength(1, "must name at least one")),
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
