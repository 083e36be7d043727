import { hasVersion } from "../http/preconditions.ts";
import type { Reply } from "../http/reply.ts";
import type { Asset } from "../ports/assets.ts";

/**
 * A static file: compressed for a client that accepts gzip, to be kept for an hour, and then 304 while it is the same.
 *
 * @throws Problem 400 for an If-None-Match that cannot be read
 */
export function assetReply(asset: Asset, request: Request): Reply {
  const { etag, mediaType } = asset;
  const headers = {
    "cache-control": "public, max-age=3600",
    vary: "accept-encoding, origin",
    // Weak, because the file and its compressed form share it.
    ...(etag !== undefined && { etag: `W/"${etag}"` }),
  };
  if (etag !== undefined && hasVersion(request, etag)) return { status: 304, headers, body: null };
  const { body, encoding } = encodingFor(asset, request);
  return { status: 200, headers: { ...headers, "content-type": mediaType, ...encoding }, body };
}

/** The form of an asset that a client accepts, and the headers that say which it is. */
export function encodingFor({ body, gzip }: Pick<Asset, "body" | "gzip">, request: Request) {
  return gzip && acceptsGzip(request)
    ? { body: gzip, encoding: { "content-encoding": "gzip" } }
    : { body, encoding: {} };
}

/** Whether Accept-Encoding names gzip with a weight above 0 (RFC 9110 §12.5.3). */
function acceptsGzip(request: Request): boolean {
  const codings = request.headers.get("accept-encoding")?.toLowerCase().split(",") ?? [];
  return codings.some((coding) =>
    /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$)[\d.]+\s*)?$/.test(coding),
  );
}
