import type { Tracer } from "../../handlers/ports/tracer.ts";
import { createOtlpTracer, type OtlpTracerOptions } from "./otlp/tracer.ts";

type TracerOptions = Omit<OtlpTracerOptions, "endpoint"> & {
  readonly endpoint: string | undefined;
};

/** The tracer; undefined where no collector is configured. */
export function chooseTracer({ endpoint, ...options }: TracerOptions): Tracer | undefined {
  return endpoint === undefined ? undefined : createOtlpTracer({ ...options, endpoint });
}
