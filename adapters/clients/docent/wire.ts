// The parts of the HTTP contract that a client of Docent needs.

/** A passage an answer rests on, as far as a terminal shows it. */
export interface AnswerSource {
  readonly title: string;
  readonly path: string;
  readonly url: string | null;
  readonly heading_path: readonly string[];
}

/** The events of POST /api/chat; types not listed here may come and are to be ignored. */
export type AnswerEvent =
  | { readonly type: "metadata"; readonly degraded?: readonly string[] }
  | { readonly type: "token"; readonly content: string }
  | {
      readonly type: "done";
      readonly content: string;
      readonly sources: readonly AnswerSource[];
    }
  | { readonly type: "error"; readonly code: string; readonly message: string };

export interface NewDocument {
  readonly path: string;
  readonly content: string;
  /** Of `content`; `utf-8` where it is left out. */
  readonly encoding?: "utf-8" | "base64";
  readonly media_type?: string;
  readonly url?: string;
  readonly source?: string;
  /** Where the source is published; the server works out the page. */
  readonly url_base?: string;
}

export interface IngestedDocument {
  readonly result: "added" | "changed" | "unchanged";
  readonly passages: number;
}

export interface ListedDocument {
  readonly id: string;
  readonly path: string;
}
