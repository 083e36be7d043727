import type { IncomingMessage } from "node:http";

/**
 * Turns an absolute request target (`GET http://host/path`), as clients send it to proxies and as servers must
 * accept it, into a path; its host replaces the Host header (RFC 9112 §3.2.2).
 */
export function useOriginForm(request: IncomingMessage): void {
  const { url = "/" } = request;
  if (url.startsWith("/")) return;
  // Without a user: such an address stays as it is, and no route has it.
  const [, host, rest] = /^https?:\/\/([^/?#@\\]+)([/?].*)?$/i.exec(url) ?? [];
  if (host === undefined) return;
  request.url = rest?.startsWith("/") ? rest : `/${rest ?? ""}`;
  request.headers.host = host;
}
