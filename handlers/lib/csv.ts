import { encodeUtf8 } from "./bytes.ts";

export type CsvCell = string | number | null;

/**
 * A record of comma-separated values, with its CRLF (RFC 4180); null is an empty field. Text that a spreadsheet would
 * run as a formula, because it begins with `=`, `+`, `-`, `@`, a tab or a carriage return, gets an apostrophe in front.
 */
export function csvRecord(cells: readonly CsvCell[]): string {
  return `${cells.map(toField).join(",")}\r\n`;
}

function toField(cell: CsvCell): string {
  if (typeof cell !== "string") return cell === null ? "" : String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Pieces of text as a stream of UTF-8, each made when the reader wants it. */
export function streamText(pieces: AsyncIterator<string>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encodeUtf8(value));
    },
    async cancel() {
      await pieces.return?.();
    },
  });
}
