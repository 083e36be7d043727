import * as v from "valibot";
import { scopes } from "../../contract/scope.ts";
import { boundedArray } from "../../lib/bounded-array.ts";
import { describeLength, isVisible } from "../../lib/text-schema.ts";
import { displayName } from "../sessions/schema.ts";

const notATime = "must be an ISO 8601 time";

/** From here on years have five digits, which PostgreSQL does not read as ISO 8601 writes them. */
const endOfYears = Date.UTC(10_000, 0);

/** Whether there is such a day: `Date` may take 30 February for 2 March. */
function isOnCalendar(time: string): boolean {
  const day = time.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).getUTCDate() === Number(day.slice(-2));
}

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
        v.isoTimestamp(notATime),
        v.check(isOnCalendar, notATime),
        v.transform((value) => new Date(value)),
        v.check((date) => date.getTime() < endOfYears, notATime),
      ),
    ),
    null,
  ),
});
