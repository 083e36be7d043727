import * as v from "valibot";

/** Days that one report may cover. */
const mostDays = 366;

export const usageQuery = v.object({
  days: v.pipe(
    v.optional(
      v.pipe(
        v.string(),
        v.check((value) => /^\d{1,9}$/.test(value), "must be a whole number"),
        v.transform(Number),
        v.minValue(1, "must be at least 1"),
        v.maxValue(mostDays, `must be at most ${mostDays}`),
      ),
      "7",
    ),
    // A query is text; the OpenAPI document describes the number in it.
    v.metadata({ type: "integer", minimum: 1, maximum: mostDays, default: 7 }),
  ),
});
