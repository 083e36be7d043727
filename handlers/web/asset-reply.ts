import { hasVersion } from "../http/preconditions.ts";
import type { Reply } from "../http/reply.ts";
import type { Asset } from "../ports/assets.ts";

/**
 * A static file: compressed for a client that accepts gzip, to be kept for an hour, and then 304 while it is the same.
 *
 * @throws Problem 400 for an If-None-Match that cannot be read
 */
export function assetReply({ body, gzip, etag, mediaType }: Asset, request: Request): Reply {
  const headers = {
    "cache-control": "public, max-age=3600",
    vary: "accept-encoding, origin",
    // Weak, because the file and its compressed form share it.
    ...(etag !== undefined && { etag: `W/"${etag}"` }),
  };
  if (etag !== undefined && hasVersion(request, etag)) return { status: 304, headers, body: null };
  const typed = { ...headers, "content-type": mediaType };
  return gzip && acceptsGzip(request)
    ? { status: 200, headers: { ...typed, "content-encoding": "gzip" }, body: gzip }
    : { status: 200, headers: typed, body };
}

/** Whether Accept-Encoding names gzip with a weight above 0 (RFC 9110 §12.5.3). */
function acceptsGzip(request: Request): boolean {
  const codings = request.headers.get("accept-encoding")?.toLowerCase().split(",") ?? [];
  return codings.some((coding) =>
    /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$)[\d.]+\s*)?$/.test(coding),
  );
}
