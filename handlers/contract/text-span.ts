import * as v from "valibot";
import type { Sent } from "./sent.ts";

/** A stretch of a text: of an answer, or of an excerpt. */
export const textSpan = v.object({
  start: v.pipe(v.number(), v.description("In UTF-16 units of the text")),
  end: v.number(),
});

/** Sentences of an answer that the documents do not bear out, as far as can be told. */
export const unsupportedSpans = v.pipe(
  v.array(textSpan),
  v.description("Sentences that no passage supports which they cite"),
);

export type TextSpan = Sent<typeof textSpan>;
