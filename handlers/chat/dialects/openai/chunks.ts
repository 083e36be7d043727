import { readMarkers } from "../../../contract/citation-marker.ts";
import type { Source } from "../../../contract/source.ts";
import type { FinishReason, Usage } from "../../../ports/language-model.ts";
import type { ToolCallPart } from "../../parts.ts";

/** What all pieces of one completion have in common. */
export interface CompletionHead {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
}

/** How a run becomes a completion. */
export interface CompletionFormat extends CompletionHead {
  /** Names of the client's own tools: calls of others are Docent's and not shown. */
  readonly clientTools: ReadonlySet<string>;
  /** Docent's own, of sources whose address is a path. */
  readonly origin: string;
  /** Whether the text ends with a list of the sources, for clients that ignore annotations. */
  readonly links: boolean;
}

/** A citation, as a `url_citation` of OpenAI's web search; indices in UTF-16 units of the content. */
interface Annotation {
  readonly type: "url_citation";
  readonly url_citation: {
    readonly url: string;
    readonly title: string;
    readonly start_index: number;
    readonly end_index: number;
  };
}

/** The markers of an answer as annotations; sources without an address have none. */
export function annotate(content: string, sources: readonly Source[]): Annotation[] {
  return readMarkers(content).flatMap(({ number, start, end }) => {
    const source = sources[number - 1];
    if (!source || source.url === null) return [];
    const { url, title } = source;
    return [
      {
        type: "url_citation" as const,
        url_citation: { url, title, start_index: start, end_index: end },
      },
    ];
  });
}

/** A call of a client's tool in OpenAI's form. */
export function encodeClientCall({ id, tool, arguments: input }: ToolCallPart) {
  const text = typeof input === "string" ? input : JSON.stringify(input);
  return { id, type: "function", function: { name: tool, arguments: text } } as const;
}

/** The usage in OpenAI's names. */
export function encodeUsage({ input_tokens: input, output_tokens: output }: Usage) {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

export const finishReasons = {
  stop: "stop",
  length: "length",
  tool_calls: "tool_calls",
  content_filter: "content_filter",
  cancelled: "stop",
  error: "stop",
} as const satisfies Record<FinishReason, string>;
