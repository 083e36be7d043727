import { describeCause } from "../../../handlers/lib/describe-cause.ts";
import { version } from "../../../handlers/lib/version.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";
import { encodeSpans, type EndedSpan } from "./encode.ts";

export interface ExporterOptions {
  /** The collector's base address, without a slash at the end. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** `request`: no timer runs between requests, and only `flush` sends. */
  readonly lifetime: "server" | "request";
  readonly fetch: typeof fetch;
  readonly logger: Logger;
}

/** Spans that wait; beyond them the new ones are dropped. */
const mostSpans = 2048;
const spansAtOnce = 512;
const pauseMilliseconds = 5000;
const requestMilliseconds = 10_000;

/**
 * Sends spans in batches to a collector (OTLP/HTTP, JSON). A batch that the collector does not take is dropped: traces
 * must never use up memory. Of failures in a row only the first one is logged.
 */
export function createExporter(options: ExporterOptions) {
  const { endpoint, headers, lifetime, logger } = options;
  let waiting: EndedSpan[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending: Promise<void> = Promise.resolve();
  let isOut = false;

  async function send(spans: readonly EndedSpan[]): Promise<void> {
    let reason: string | undefined;
    try {
      const response = await options.fetch(`${endpoint}/v1/traces`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: encodeSpans(spans, { ...options, version }),
        signal: AbortSignal.timeout(requestMilliseconds),
      });
      await response.body?.cancel();
      if (!response.ok) reason = `status ${response.status}`;
    } catch (error) {
      // A failed fetch has the connection's error as its cause.
      reason = describeCause(error instanceof TypeError ? error.cause : error) ?? "no answer";
    }
    if (reason !== undefined && !isOut) logger.warn("traces dropped", { reason });
    isOut = reason !== undefined;
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, spansAtOnce);
      waiting = waiting.slice(spansAtOnce);
      await send(batch);
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    sending = sending.then(sendAll);
    return sending;
  }

  return {
    /** Keeps a span until the next batch. */
    add(span: EndedSpan): void {
      if (waiting.length >= mostSpans) return;
      waiting.push(span);
      if (lifetime === "request") return;
      if (waiting.length === spansAtOnce) void flush();
      else timer ??= setTimeout(() => void flush(), pauseMilliseconds);
    },
    /** Sends what waits. Never rejects. */
    flush,
  };
}
