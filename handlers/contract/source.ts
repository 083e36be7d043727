import * as v from "valibot";
import type { Sent } from "./sent.ts";
import { textSpan } from "./text-span.ts";

/** A passage that an answer is based on; the citation marker `[n]` names the n-th source. */
export const source = v.object({
  id: v.string(),
  document_id: v.string(),
  path: v.string(),
  title: v.string(),
  url: v.nullable(v.string()),
  heading_path: v.array(v.string()),
  excerpt: v.pipe(v.string(), v.description("The passage as plain text")),
  code: v.optional(
    v.pipe(
      v.array(textSpan),
      v.description("The stretches of the excerpt that are code, with their line breaks"),
    ),
  ),
  start: v.pipe(
    v.number(),
    v.description("In UTF-16 units of the document's text as it was ingested"),
  ),
  end: v.number(),
  score: v.number(),
});

export type Source = Sent<typeof source>;
