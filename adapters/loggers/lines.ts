import type { LogFields, Logger } from "../../handlers/ports/logger.ts";

type Level = keyof Logger;

export interface LogOptions {
  /** The least serious level that is written. */
  readonly level: Level;
  /** `text` is for people at a console, `json` for machines. */
  readonly format: "text" | "json";
  readonly write: (lines: string) => void;
}

const levels: readonly Level[] = ["debug", "info", "warn", "error"];

/** Lines that are logged together leave in one write: writing is what logging costs. */
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

/** ISO 8601; many lines share a millisecond. */
function now(): string {
  const time = Date.now();
  if (time !== lastTime) {
    lastTime = time;
    lastText = new Date(time).toISOString();
  }
  return lastText;
}

/** Quoted where it would be misread, so that no value can forge a line or a field. */
function quote(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  return /^[\w./:@%+*-]+$/.test(value) ? value : JSON.stringify(value);
}
