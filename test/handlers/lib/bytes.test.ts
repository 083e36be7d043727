import { createHash, createHmac } from "node:crypto";
import { expect, test } from "vitest";
import {
  fromBase64,
  fromBase64Url,
  hmacSha256,
  sha256,
  toBase64,
  toBase64Url,
  toHex,
} from "../../../handlers/lib/bytes.ts";

const samples = [0, 1, 2, 3, 255, 8191, 8192, 8193, 70_000].map((length) =>
  Uint8Array.from({ length }, (_, index) => (index * 37 + (index >> 8)) % 256),
);

test.each(samples.map((bytes) => [bytes.length, bytes] as const))(
  "%d bytes are written as Node writes them, and read back",
  (_, bytes) => {
    const buffer = Buffer.from(bytes);
    expect(toHex(bytes)).toBe(buffer.toString("hex"));
    expect(toBase64(bytes)).toBe(buffer.toString("base64"));
    expect(toBase64Url(bytes)).toBe(buffer.toString("base64url"));
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
  },
);

test("base64 may be broken into lines, as PostgreSQL's is", () => {
  expect(fromBase64("AAEC\nAwQF\n")).toEqual(Uint8Array.of(0, 1, 2, 3, 4, 5));
  expect(() => fromBase64("AA*C")).toThrow();
});

test("digests are those of Node", async () => {
  const key = Uint8Array.of(1, 2, 3);
  const hash = createHash("sha256").update("für 📚").digest("hex");
  const hmac = createHmac("sha256", key).update("für 📚").digest("hex");
  expect(toHex(await sha256("für 📚"))).toBe(hash);
  expect(toHex(await hmacSha256(key, "für 📚"))).toBe(hmac);
});
