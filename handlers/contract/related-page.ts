import * as v from "valibot";

/** One of the pages nearest to a question that the documents do not answer. */
export const relatedPage = v.object({
  document_id: v.string(),
  title: v.string(),
  url: v.nullable(v.string()),
  path: v.string(),
});
