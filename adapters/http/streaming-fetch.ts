/** A piece of a body, or its end. */
export interface Chunk {
  readonly done: boolean;
  readonly value?: Uint8Array | undefined;
}

/** The part of a ReadableStreamDefaultReader with which an answer is read. */
export interface ChunkReader {
  read(): Promise<Chunk>;
  cancel(): Promise<void>;
}

/** The part of a Response that is read of an answer's stream. */
export interface StreamedResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: Headers;
  readonly body: { getReader(): ChunkReader } | null;
}

/** The part of RequestInit that requests to a model use. */
export interface StreamedRequest {
  readonly method?: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** `fetch`, or what a runtime has instead that streams at less cost. */
export type StreamingFetch = (url: string, init: StreamedRequest) => Promise<StreamedResponse>;
