import type { LogFields, Logger } from "../../handlers/ports/logger.ts";

type Level = keyof Logger;

export interface LogOptions {
  /** The least severe level that is written. */
  readonly level: Level;
  /** `text`: `time level message name=value …`; `json`: one object a line. */
  readonly format: "text" | "json";
  readonly write: (lines: string) => void;
}

const levels: readonly Level[] = ["debug", "info", "warn", "error"];

/** Writes one line an event. Lines logged in the same turn of the event loop are written together, or by `flush`. */
export function createLogger({ level, format, write }: LogOptions): Logger & { flush(): void } {
  const encode = format === "json" ? encodeJson : encodeText;
  let waiting = "";
  const flush = () => {
    const lines = waiting;
    waiting = "";
    if (lines !== "") write(lines);
  };
  const at = (name: Level): Logger[Level] => {
    if (levels.indexOf(name) < levels.indexOf(level)) return () => undefined;
    return (message, fields = {}) => {
      if (waiting === "") setTimeout(flush, 0);
      waiting += encode(name, message, fields);
    };
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error"), flush };
}

function encodeJson(level: Level, message: string, fields: LogFields): string {
  return `${JSON.stringify({ time: now(), level, message, ...fields })}\n`;
}

function encodeText(level: Level, message: string, fields: LogFields): string {
  let line = `${now()} ${level} ${message}`;
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) line += ` ${name}=${quote(value)}`;
  }
  return `${line}\n`;
}

let lastTime = 0;
let lastText = "";

/** ISO 8601. Lines of the same millisecond share the text. */
function now(): string {
  const time = Date.now();
  if (time !== lastTime) {
    lastTime = time;
    lastText = new Date(time).toISOString();
  }
  return lastText;
}

/** Quotes a value that holds anything but plain characters, so that it cannot forge a line or a field. */
function quote(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  return /^[\w./:@%+*-]+$/.test(value) ? value : JSON.stringify(value);
}
