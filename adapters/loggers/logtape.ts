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
  const lines = (record: LogRecord) => {
    if (waiting === "") setTimeout(flush, 0);
    waiting += `${encode(record)}\n`;
  };
  // It has read a record when it returns, so LogTape need not copy each for it, as it does otherwise.
  Object.defineProperty(lines, Symbol.for("LogTape.sinkSnapshotPolicy.immediate"), { value: true });
  configureSync({
    reset: true,
    sinks: { lines },
    loggers: [
      { category: "docent", lowestLevel: levels[level], sinks: ["lines"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["lines"] },
    ],
  });
  const logger = getLogger("docent");
  // A whole record instead of a template: parsing one costs more than the rest of a small request.
  const at =
    (name: LogOptions["level"]) =>
    (message: string, properties: LogFields = {}) => {
      const record: LogRecord = {
        category: ["docent"],
        level: levels[name],
        timestamp: Date.now(),
        message: [message],
        rawMessage: message,
        properties,
      };
      logger.emit(record);
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error"), flush };
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

function encodeText({ timestamp, level, message, properties }: LogRecord): string {
  let line = `${new Date(timestamp).toISOString()} ${level} ${message.join("")}`;
  for (const name in properties) {
    const value = properties[name];
    if (value !== undefined) line += ` ${name}=${quote(value)}`;
  }
  return line;
}

/** Quoted where it would be misread, so that no value can forge a line or a field. */
function quote(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return /^[\w./:@%+*-]+$/.test(value) ? value : JSON.stringify(value);
}
