import * as v from "valibot";
import { define } from "./define.ts";
import {
  choice,
  hasControlCharacter,
  isDecodable,
  logLevel,
  shortText,
  text,
  url,
  type Kind,
} from "./kinds.ts";

/** Headers as `name=value` pairs separated by commas, values percent-encoded: OpenTelemetry's form. */
const headers: Kind<Readonly<Record<string, string>>> = {
  schema: v.pipe(text.schema, v.transform(parseHeaders), v.record(v.string(), v.string())),
  form: "name=value pairs separated by commas, with special characters of values percent-encoded",
};

/** Settings of logs and traces. */
export const watchingDefinitions = {
  LOG_LEVEL: define(logLevel, "info", "lowest level logged", { otherwise: "INFO" }),
  LOG_FORMAT: define(choice(["text", "json"]), "text", "format of log lines: text or json"),
  OTEL_EXPORTER_OTLP_ENDPOINT: define(url, undefined, "OpenTelemetry collector for traces", {
    otherwise: "none: nothing is traced",
  }),
  OTEL_EXPORTER_OTLP_HEADERS: define(
    headers,
    {},
    "headers for the collector, such as api-key=…, separated by commas",
    { otherwise: "none", secret: true },
  ),
  OTEL_SERVICE_NAME: define(shortText(100), "docent", "name of this service in traces"),
} as const;

/** Undefined where a pair is malformed, or is no header (RFC 9110 §5.5 and §5.6.2). */
function parseHeaders(value: string): Record<string, string> | undefined {
  const parsed: Record<string, string> = {};
  for (const pair of value.split(",")) {
    const [, name, encoded = ""] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    if (name === undefined || !isDecodable(encoded)) return undefined;
    const decoded = decodeURIComponent(encoded);
    if (hasControlCharacter(decoded) || /[^\0-\xff]/.test(decoded)) return undefined;
    parsed[name.toLowerCase()] = decoded;
  }
  return parsed;
}
