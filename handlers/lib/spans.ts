import { PortFailure } from "../ports/failure.ts";
import type { TraceSpan } from "../ports/tracer.ts";

/** Does some work, and ends its span with it. @throws what `work` throws */
export async function inSpan<Value>(
  span: TraceSpan | undefined,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    const value = await work();
    span?.end();
    return value;
  } catch (error) {
    span?.end({ error: errorCodeOf(error) });
    throw error;
  }
}

/** The failure of a span: a stable code, and no message, which could hold content. */
export function errorCodeOf(error: unknown): string {
  if (error instanceof PortFailure) return error.code;
  return error instanceof Error ? error.name : "unknown";
}
