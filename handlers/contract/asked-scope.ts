import * as v from "valibot";

/** Fields beside a question that narrow where to look; the same in every route. */
export const scopeFields = {
  version: v.optional(
    v.pipe(
      v.string(),
      v.trim(),
      v.maxLength(50, "must be at most 50 characters"),
      v.description(
        "Answer from this version of the documents, such as `2.0`; from the newest where it is left out.",
      ),
    ),
  ),
  language: v.optional(
    v.pipe(
      v.string(),
      v.trim(),
      v.regex(/^(?:[a-z]{2,3}(?:[-_][a-z\d]{2,8}){0,3})?$/i, "must be a language tag, such as fr"),
      v.description(
        "Answer from the documents in this language (BCP 47); where it is left out, in the question's.",
      ),
    ),
  ),
  page: v.optional(
    v.pipe(
      v.string(),
      v.trim(),
      v.maxLength(2000, "must be at most 2000 characters"),
      v.description(
        "The address of the page the question is asked from: its version and language are meant, where they are not given.",
      ),
    ),
  ),
};

/** Narrows where to look for an answer. */
export interface AskedScope {
  readonly version?: string | undefined;
  readonly language?: string | undefined;
  readonly page?: string | undefined;
}

/** The fields of a request that narrow where to look for its answer. */
export function readScope({ version, language, page }: AskedScope): AskedScope {
  return { version, language, page };
}
