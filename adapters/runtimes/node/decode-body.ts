import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";

/** A body without its compression: some servers compress although they are asked not to. */
export async function decodeBody(incoming: IncomingMessage): Promise<Readable> {
  const encoding = incoming.headers["content-encoding"] ?? "identity";
  if (encoding === "identity") return incoming;
  const [zlib, { pipeline }] = await Promise.all([import("node:zlib"), import("node:stream")]);
  const pieces = { flush: zlib.constants.Z_SYNC_FLUSH, finishFlush: zlib.constants.Z_SYNC_FLUSH };
  const decoder =
    encoding === "br"
      ? zlib.createBrotliDecompress()
      : encoding === "deflate"
        ? zlib.createInflate(pieces)
        : zlib.createGunzip(pieces);
  return pipeline(incoming, decoder, () => undefined);
}
