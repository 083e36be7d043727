import { expect, test } from "vitest";
import { parseDocument } from "../../../handlers/documents/parsing/parse.ts";
import { mediaTypeOf, mediaTypes } from "../../../handlers/documents/parsing/parsers.ts";

const read = (bytes: Uint8Array<ArrayBuffer>, mediaType = "text/markdown") =>
  parseDocument(
    { path: "a.md", bytes, mediaType },
    { urlBase: null, numberPrefixes: "drop", pause: () => Promise.resolve() },
  );
const bytesOf = (text: string, encoding?: "utf16le") =>
  Uint8Array.from(Buffer.from(text, encoding));
const swapped = (text: string) => Uint8Array.from(Buffer.from(text, "utf16le").swap16());

test.each([
  ["latin-1", [0x61, 0xe9, 0x62], "not valid UTF-8 at byte 1"],
  ["binary", [0x61, 0, 0x62], "not text: a NUL at byte 1"],
  ["binary before it is invalid", [0x61, 0, 0xff], "not text: a NUL at byte 1"],
  ["a character cut off", [0x61, 0xe2, 0x82], "not valid UTF-8 at byte 1"],
  ["a surrogate", [0xed, 0xa0, 0x80], "not valid UTF-8 at byte 0"],
  ["half a pair in UTF-16", [0xff, 0xfe, 0x00, 0xd8], "not valid UTF-16"],
  ["a NUL in UTF-16", [0xff, 0xfe, 0x61, 0, 0, 0], "not text: a NUL at byte 4"],
])("%s is named with its place, in every format of text", async (_, bytes, message) => {
  for (const mediaType of mediaTypes) {
    await expect(read(Uint8Array.from(bytes), mediaType)).rejects.toMatchObject({
      code: "unreadable_bytes",
      message,
    });
  }
});

test("byte order marks are dropped and UTF-16 is read by its mark", async () => {
  for (const bytes of [
    bytesOf("\uFEFF\u00e9\u6587"),
    bytesOf("\uFEFF\u00e9\u6587", "utf16le"),
    swapped("\uFEFF\u00e9\u6587"),
  ]) {
    expect((await read(bytes)).passages).toMatchObject([
      { text: "\u00e9\u6587", start: 0, end: 2 },
    ]);
  }
});

test("a format without a parser is refused, not guessed at", async () => {
  await expect(read(bytesOf("x"), "application/pdf")).rejects.toThrow("application/pdf");
  expect(mediaTypeOf("a.pdf")).toBeUndefined();
});
