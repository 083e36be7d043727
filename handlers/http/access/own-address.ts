/**
 * Docent's own origin, without a slash at its end: PUBLIC_URL, or else the one that the request came to, which is good
 * enough for that caller's answer and for nothing that others get.
 */
export function ownAddress(request: Request, publicUrl: string | undefined): string {
  return publicUrl ?? new URL(request.url).origin;
}
