import type { Platform } from "./context.ts";

/**
 * The address to count by. With N trusted proxies it is the N-th last entry of X-Forwarded-For: what
 * stands before it was written by the client itself and is not believed.
 */
export function createClientAddress(trustedProxies: number) {
  return (request: Request, platform: Platform): string => {
    if (trustedProxies > 0) {
      const entries = request.headers.get("x-forwarded-for")?.split(",") ?? [];
      const entry = entries.at(-trustedProxies)?.trim();
      if (entry) return entry;
    }
    return platform.clientAddress ?? "unknown";
  };
}
