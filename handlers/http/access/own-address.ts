import type { Settings } from "../../settings/index.ts";

/**
 * Docent's own origin, without a slash at its end: PUBLIC_URL, or else the one that the request came to, which is good
 * enough for that caller's answer and for nothing that others get.
 */
export type OwnAddress = (request: Request) => string;

/**
 * Trusted proxies end TLS, so that Docent gets plain HTTP. They tell the caller's scheme in X-Forwarded-Proto: with N
 * proxies it is the N-th entry from the end, because the client may have written those before it.
 */
export function createOwnAddress({
  publicUrl,
  trustedProxies,
}: Pick<Settings["server"], "publicUrl" | "trustedProxies">): OwnAddress {
  return (request) => {
    if (publicUrl !== undefined) return publicUrl;
    const { origin } = new URL(request.url);
    if (trustedProxies === 0) return origin;
    const entries = request.headers.get("x-forwarded-proto")?.split(",") ?? [];
    // Most proxies replace the header instead of adding to it.
    const scheme = (entries.at(-trustedProxies) ?? entries[0])?.trim();
    return scheme === "https" ? origin.replace(/^http:/, "https:") : origin;
  };
}
