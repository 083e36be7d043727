/** The caller's place in a trace; `unsampled`: the caller has decided that it is not recorded. */
export type RemoteParent =
  | { readonly traceId: string; readonly spanId: string }
  | "unsampled"
  | undefined;

const form = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const sampled = 1;

/** Reads a `traceparent` header (W3C Trace Context §3.2); undefined where it is missing or invalid, so a new trace begins. */
export function readTraceparent(header: string | null): RemoteParent {
  const [, version, traceId = "", spanId = "", flags = "", more] = form.exec(header ?? "") ?? [];
  if (version === undefined || version === "ff") return undefined;
  // Later versions may append fields.
  if (version === "00" && more !== undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return (parseInt(flags, 16) & sampled) === 0 ? "unsampled" : { traceId, spanId };
}
