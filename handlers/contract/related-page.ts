import * as v from "valibot";

/** A page that comes closest to a question which the documents do not answer. */
export const relatedPage = v.object({
  document_id: v.string(),
  title: v.string(),
  url: v.nullable(v.string()),
  path: v.string(),
});
