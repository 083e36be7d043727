import * as v from "valibot";
import { pageOf } from "./page.ts";
import type { Sent } from "./sent.ts";

export const documentSummary = v.object({
  id: v.string(),
  source: v.string(),
  path: v.string(),
  title: v.string(),
  url: v.nullable(v.string()),
  media_type: v.pipe(v.string(), v.description("Such as `text/markdown`")),
  /** The page's own description, in one line. */
  description: v.nullable(v.string()),
  /** Null: not in a folder of a version, so of the newest. */
  version: v.nullable(v.string()),
  /** Null: not in a folder of a language. */
  language: v.nullable(v.string()),
  created_at: v.string(),
  updated_at: v.string(),
});

/** The answer to ingesting one document. */
export const addedDocument = v.object({
  document: v.object({
    id: v.string(),
    source: v.string(),
    path: v.string(),
    passages: v.number(),
  }),
  result: v.picklist(["added", "changed", "unchanged"]),
});

/** Why a document could not be read. */
export const unreadableCode = v.picklist([
  "unreadable_file",
  "unreadable_document",
  "too_much_work",
]);

/** The answer to ingesting several files. */
export const addedFiles = v.object({
  documents: v.array(addedDocument),
  failed: v.array(v.object({ path: v.string(), failure: v.string(), code: unreadableCode })),
});

export const documentList = pageOf("documents", documentSummary);

const passage = {
  id: v.string(),
  heading_path: v.array(v.string()),
  url: v.nullable(v.string()),
  start: v.number(),
  end: v.number(),
  text: v.string(),
};

export const documentWithPassages = v.object({
  ...documentSummary.entries,
  ...pageOf("passages", v.object(passage)).entries,
});

/** The answer of a search. */
export const found = v.object({
  query: v.string(),
  passages: v.array(
    v.object({
      ...passage,
      document_id: v.string(),
      path: v.string(),
      title: v.string(),
      score: v.number(),
    }),
  ),
  explanation: v.optional(v.unknown()),
});

export type ListedDocument = Sent<typeof documentSummary>;
export type IngestedDocument = Sent<typeof addedDocument>;
export type IngestedFiles = Sent<typeof addedFiles>;
export type ListedDocuments = Sent<typeof documentList>;
