import type { SpanAttributes } from "../../../handlers/ports/tracer.ts";

export interface EndedSpan {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: "server" | "client" | "internal";
  /** Milliseconds since 1970, with fractions. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: SpanAttributes;
  readonly isFailed: boolean;
}

const kinds = { internal: 1, server: 2, client: 3 } as const;
const statusError = 2;

/**
 * An ExportTraceServiceRequest as JSON: ids in hexadecimal, 64-bit integers as text, enums as numbers
 * (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
 */
export function encodeSpans(
  spans: readonly EndedSpan[],
  { serviceName, version }: { readonly serviceName: string; readonly version: string },
): string {
  const resource = { "service.name": serviceName, "service.version": version };
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: encodeAttributes(resource) },
        scopeSpans: [{ scope: { name: "docent", version }, spans: spans.map(encodeSpan) }],
      },
    ],
  });
}

function encodeSpan(span: EndedSpan): object {
  const { traceId, spanId, parentSpanId, name, kind, attributes, isFailed } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name,
    kind: kinds[kind],
    startTimeUnixNano: toNanoseconds(span.startedAt),
    endTimeUnixNano: toNanoseconds(span.endedAt),
    attributes: encodeAttributes(attributes),
    ...(isFailed && { status: { code: statusError } }),
  };
}

function encodeAttributes(attributes: SpanAttributes): object[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: encodeValue(value) }],
  );
}

function encodeValue(value: string | number | readonly string[]): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value !== "number") return { arrayValue: { values: value.map(encodeValue) } };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** Whole microseconds: a double has no more digits for a time of today. */
function toNanoseconds(milliseconds: number): string {
  return `${Math.round(milliseconds * 1000)}000`;
}
