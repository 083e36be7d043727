import type { SqlValue, Statement } from "../../../../handlers/ports/database.ts";
import { encodeValue } from "../../values.ts";

/** A statement as it is sent: under a name where PostgreSQL is to keep it, or has kept it. */
export interface SentStatement {
  readonly statement: Statement;
  /** Empty: it is not kept. */
  readonly name: string;
  readonly isKept: boolean;
}

/** Messages of PostgreSQL's extended query protocol (https://www.postgresql.org/docs/current/protocol-message-formats.html). */
export interface MessageWriter {
  /** Parses the statement where it is not kept yet, runs it, and asks for its columns and rows. */
  run(sent: SentStatement): void;
  /** Drops a kept statement. */
  forget(name: string): void;
  /** Ends the transaction of all before, and returns the bytes. */
  sync(): Uint8Array;
}

const firstBytes = 4096;

/** The statements written up to `sync` are one transaction. */
export function createMessageWriter(): MessageWriter {
  let buffer = Buffer.allocUnsafe(firstBytes);
  let end = 0;

  const reserve = (bytes: number): void => {
    if (end + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (end + bytes));
    buffer.copy(larger, 0, 0, end);
    buffer = larger;
  };
  const message = (type: string, write: () => void): void => {
    reserve(5);
    buffer[end] = type.charCodeAt(0);
    const start = end + 1;
    end = start + 4;
    write();
    buffer.writeInt32BE(end - start, start);
  };
  const int16 = (value: number): void => {
    reserve(2);
    end = buffer.writeInt16BE(value, end);
  };
  const int32 = (value: number): void => {
    reserve(4);
    end = buffer.writeInt32BE(value, end);
  };
  /** At most three bytes are taken by a UTF-16 unit. */
  const text = (value: string): void => {
    reserve(3 * value.length + 1);
    end += buffer.write(value, end);
  };
  const name = (value: string): void => {
    text(value);
    buffer[end] = 0;
    end += 1;
  };
  const value = (given: SqlValue): void => {
    if (given instanceof Uint8Array) {
      int32(given.length);
      reserve(given.length);
      buffer.set(given, end);
      end += given.length;
      return;
    }
    const encoded = encodeValue(given);
    if (encoded === null) return int32(-1);
    int32(0);
    const start = end;
    text(String(encoded));
    buffer.writeInt32BE(end - start, start - 4);
  };

  return {
    forget: (kept) => message("C", () => name(`S${kept}`)),
    run({ statement, name: kept, isKept }) {
      const { values } = statement;
      if (!isKept) {
        message("P", () => {
          name(kept);
          name(statement.text);
          int16(0);
        });
      }
      message("B", () => {
        name("");
        name(kept);
        int16(values.length);
        // Bytes travel as they are, everything else as text.
        for (const each of values) int16(each instanceof Uint8Array ? 1 : 0);
        int16(values.length);
        for (const each of values) value(each);
        int16(0);
      });
      message("D", () => name("P"));
      message("E", () => {
        name("");
        int32(0);
      });
    },
    sync() {
      message("S", () => undefined);
      return buffer.subarray(0, end);
    },
  };
}
