/** Undefined values are left out. */
export type SpanAttributes = Readonly<
  Record<string, string | number | readonly string[] | undefined>
>;

export interface SpanEnding {
  /** A better name than at the start. */
  readonly name?: string | undefined;
  readonly attributes?: SpanAttributes;
  /** The code of the failure that ended it; undefined: it succeeded. */
  readonly error?: string | undefined;
}

/** An operation of a trace. A span that never ends is never exported. */
export interface TraceSpan {
  /** Starts an operation inside this one; `client`: it calls another service. */
  start(name: string, kind: "client" | "internal", attributes: SpanAttributes): TraceSpan;
  /** Later calls change nothing. */
  end(ending?: SpanEnding): void;
}

/** Records traces and sends them to a collector. Never throws, and never waits while a request does. */
export interface Tracer {
  /**
   * Starts the span of a request. Undefined where the caller has decided that its trace is not recorded.
   *
   * @param traceparent the request's header (W3C Trace Context §3.2), whose trace goes on here
   */
  startRequest(traceparent: string | null): TraceSpan | undefined;
  /** Sends what has ended, where no timer runs between requests. Never rejects. */
  flush(): Promise<void>;
  /** Sends the last spans, for at most 2 s. Never rejects. */
  stop(): Promise<void>;
}
