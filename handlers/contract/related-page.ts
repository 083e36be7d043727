import * as v from "valibot";
import type { RelatedPage } from "../ports/language-model.ts";

/** One of the pages nearest to a question that the documents do not answer. */
export const relatedPage: v.GenericSchema<RelatedPage> = v.object({
  document_id: v.string(),
  title: v.string(),
  url: v.nullable(v.string()),
  path: v.string(),
});
