import * as v from "valibot";
import type { Sent } from "../sent.ts";

const milliseconds = v.pipe(v.number(), v.description("Milliseconds, estimated from a histogram"));

/** The use of one day (UTC). */
const usageDay = v.object({
  date: v.pipe(v.string(), v.isoDate()),
  answers: v.object({
    answered: v.number(),
    refused: v.pipe(v.number(), v.description("Said that the documents do not answer")),
    interrupted: v.pipe(v.number(), v.description("Stopped by their readers")),
    failed: v.number(),
  }),
  tokens: v.object({ input: v.number(), output: v.number() }),
  first_token_ms: v.pipe(
    v.nullable(v.object({ p50: milliseconds, p95: milliseconds })),
    v.description("From a question's arrival to its answer's first text; null without any"),
  ),
});

export const usageReport = v.object({
  days: v.pipe(v.array(usageDay), v.description("Oldest first; the last one is today")),
});

export type UsageDay = Sent<typeof usageDay>;
