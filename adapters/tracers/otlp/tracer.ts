import { toHex } from "../../../handlers/lib/bytes.ts";
import { spanNames } from "../../../handlers/lib/span-names.ts";
import { resolvesWithin } from "../../../handlers/lib/time.ts";
import type { Clock } from "../../../handlers/ports/clock.ts";
import type { TraceSpan, SpanAttributes, Tracer } from "../../../handlers/ports/tracer.ts";
import type { EndedSpan } from "./encode.ts";
import { createExporter, type ExporterOptions } from "./exporter.ts";
import { readTraceparent } from "./traceparent.ts";

const stopMilliseconds = 2000;

export interface OtlpTracerOptions extends ExporterOptions {
  readonly clock: Clock;
}

interface SpanStart extends Pick<EndedSpan, "traceId" | "parentSpanId" | "name" | "kind"> {
  readonly attributes: SpanAttributes;
  /** The time of the wall clock minus that of the monotonic one, so that a trace's spans fit together. */
  readonly offset: number;
}

/**
 * Traces to an OpenTelemetry collector. Written on `fetch`, because OpenTelemetry's SDK for JavaScript brings its own
 * context propagation and exporters, several times the size of this and partly for Node only.
 */
export function createOtlpTracer(options: OtlpTracerOptions): Tracer {
  const { clock } = options;
  const exporter = createExporter(options);

  function startSpan({ offset, ...start }: SpanStart): TraceSpan {
    const spanId = randomHex(8);
    const startedAt = offset + clock.monotonic();
    let isEnded = false;
    return {
      start: (name, kind, attributes) =>
        startSpan({
          traceId: start.traceId,
          parentSpanId: spanId,
          name,
          kind,
          attributes,
          offset,
        }),
      end({ name = start.name, attributes, error } = {}) {
        if (isEnded) return;
        isEnded = true;
        exporter.add({
          ...start,
          spanId,
          name,
          startedAt,
          endedAt: offset + clock.monotonic(),
          attributes: { ...start.attributes, ...attributes, [spanNames.error]: error },
          isFailed: error !== undefined,
        });
      },
    };
  }

  return {
    startRequest(traceparent) {
      const parent = readTraceparent(traceparent);
      if (parent === "unsampled") return undefined;
      return startSpan({
        traceId: parent?.traceId ?? randomHex(16),
        parentSpanId: parent?.spanId,
        name: "request",
        kind: "server",
        attributes: {},
        offset: clock.now() - clock.monotonic(),
      });
    },
    flush: () => exporter.flush(),
    async stop() {
      await resolvesWithin(exporter.flush(), stopMilliseconds);
    },
  };
}

function randomHex(bytes: number): string {
  return toHex(crypto.getRandomValues(new Uint8Array(bytes)));
}
