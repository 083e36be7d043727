import { configureSync, getLogger, type LogLevel, type LogRecord } from "@logtape/logtape";
import type { LogFields, Logger } from "../../handlers/ports/logger.ts";

export interface LogOptions {
  readonly level: "debug" | "info" | "warn" | "error";
  /** `text` is for people at a console, `json` for machines. */
  readonly format: "text" | "json";
  readonly write: (lines: string) => void;
}

/** Lines that belong to one turn of the event loop leave in one write: writing is what logging costs. */
export function createLogger({ level, format, write }: LogOptions): Logger & { flush(): void } {
  const encode = format === "json" ? encodeJson : encodeText;
  let waiting = "";
  const flush = () => {
    const lines = waiting;
    waiting = "";
    if (lines !== "") write(lines);
  };
  configureSync({
    reset: true,
    sinks: {
      lines(record: LogRecord) {
        if (waiting === "") setTimeout(flush, 0);
        waiting += `${encode(record)}\n`;
      },
    },
    loggers: [
      { category: "docent", lowestLevel: levels[level], sinks: ["lines"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["lines"] },
    ],
  });
  const logger = getLogger("docent");
  return {
    debug: (message, fields: LogFields = {}) => logger.debug(message, { ...fields }),
    info: (message, fields: LogFields = {}) => logger.info(message, { ...fields }),
    warn: (message, fields: LogFields = {}) => logger.warn(message, { ...fields }),
    error: (message, fields: LogFields = {}) => logger.error(message, { ...fields }),
    flush,
  };
}

const levels = {
  debug: "debug",
  info: "info",
  warn: "warning",
  error: "error",
} as const satisfies Record<LogOptions["level"], LogLevel>;

function encodeJson(record: LogRecord): string {
  return JSON.stringify({
    time: new Date(record.timestamp).toISOString(),
    level: record.level,
    message: record.message.join(""),
    ...record.properties,
  });
}

function encodeText(record: LogRecord): string {
  let line = `${new Date(record.timestamp).toISOString()} ${record.level} ${record.message.join("")}`;
  for (const [name, value] of Object.entries(record.properties)) {
    if (value !== undefined) line += ` ${name}=${quote(value)}`;
  }
  return line;
}

/** Quoted where it would be misread, so that no value can forge a line or a field. */
function quote(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[\w./:@%+*-]+$/.test(text) ? text : JSON.stringify(text);
}
