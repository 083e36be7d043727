import * as v from "valibot";
import type { Source } from "../contract/source.ts";
import { relatedPage } from "../contract/related-page.ts";
import type { RelatedPage } from "../ports/language-model.ts";
import { defineReadingTool, type AddressOf, type McpTool } from "./tool.ts";

/** An answer whole. */
export interface WholeAnswer {
  readonly answer: string;
  readonly sources: readonly Source[];
  /** The nearest pages, when the documents do not answer. */
  readonly related: readonly RelatedPage[];
}

/** The tool `ask`. @param ask answers one question by itself; nothing of it is stored */
export function askTool(
  ask: (question: string, signal: AbortSignal) => Promise<WholeAnswer>,
  addressOf: AddressOf,
): McpTool {
  return defineReadingTool({
    name: "ask",
    title: "Ask the documents",
    description:
      "Ask a question that the documents may answer. `[n]` in the answer cites the source whose `number` is n. Each question is answered by itself. Without sources the documents do not answer; `related` are the nearest pages.",
    input: v.object({ question: v.string("must be a text") }),
    output: v.object({
      answer: v.string(),
      sources: v.array(
        v.object({
          number: v.number(),
          id: v.string(),
          title: v.string(),
          url: v.string(),
          heading_path: v.array(v.string()),
          excerpt: v.string(),
        }),
      ),
      related: v.array(relatedPage),
    }),
    async run({ question }, signal) {
      const { answer, sources, related } = await ask(question, signal);
      return {
        answer,
        sources: sources.map(({ document_id: id, title, url, heading_path, excerpt }, index) => ({
          number: index + 1,
          id,
          title,
          url: addressOf({ id, url }),
          heading_path,
          excerpt,
        })),
        related: related.map((page) => ({
          ...page,
          url: page.url === null ? null : addressOf({ id: page.document_id, url: page.url }),
        })),
      };
    },
  });
}
