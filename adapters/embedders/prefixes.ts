import type { TextKind } from "../../handlers/ports/embedder.ts";

/** Prefixes with which some open models were trained, from their model cards. */
const prefixes: readonly (readonly [model: RegExp, prefix: Readonly<Record<TextKind, string>>])[] =
  [
    [/nomic-embed-text/, { query: "search_query: ", passage: "search_document: " }],
    [/\be5-(?:small|base|large)\b/, { query: "query: ", passage: "passage: " }],
    [
      /embedding-?gemma/,
      { query: "task: search result | query: ", passage: "title: none | text: " },
    ],
    [/snowflake-arctic-embed.*v?2/, { query: "query: ", passage: "" }],
    [
      /mxbai-embed|snowflake-arctic-embed|bge-(?:small|base|large)-en/,
      { query: "Represent this sentence for searching relevant passages: ", passage: "" },
    ],
    [
      /qwen3-embedding/,
      {
        query:
          "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ",
        passage: "",
      },
    ],
  ];

/** The prefix for a text of this kind; empty for most models. */
export function prefixFor(model: string, kind: TextKind): string {
  const name = model.toLowerCase();
  return prefixes.find(([pattern]) => pattern.test(name))?.[1][kind] ?? "";
}
