import { createBoundedCache } from "../lib/cache.ts";
import { systemClock } from "../lib/time.ts";
import type { Logger } from "../ports/logger.ts";
import { Problem, problemReply } from "./problem.ts";
import { toResponse } from "./reply.ts";
import { logRequest } from "./request-log.ts";

export interface HostCheckOptions {
  /** Host names in lower case. */
  readonly allowedHosts: readonly string[];
  readonly logger: Logger;
  /** The port that the server listens on. */
  readonly port: () => number | undefined;
}

/**
 * Top-level names that nobody can register: RFC 6761 (localhost, test), RFC 6762 with its appendix G (local, intranet,
 * internal, private, corp, home, lan) and RFC 8375 (home.arpa). A name without dots is local, too.
 */
const localName =
  /^[^.]+$|\.(?:localhost|test|local|intranet|internal|private|corp|home|lan|home\.arpa)$/;

/** The most Host headers that are remembered; each may take as much memory as Node lets a header take, 16 KB. */
const mostHosts = 100;

/** Headers that proxies add. */
const forwarding = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "via",
];

/**
 * Headers of browsers. Over plain HTTP they send no Sec-Fetch headers to names other than localhost, and no Origin
 * with a GET to the page's own site; Accept-Language they always send, and no page can leave it out.
 */
const browsers = [
  "origin",
  "sec-fetch-site",
  "sec-fetch-mode",
  "sec-fetch-dest",
  "accept-language",
];

/**
 * Refuses a browser on this machine that came by an unknown name: a page may have pointed its own name to
 * 127.0.0.1 (DNS rebinding), and then reads all that Docent tells this machine. Such a page can neither use a local
 * name nor an address. For servers on people's own machines; `app.fetch` does not check. Undefined: the request may go
 * on.
 *
 * @returns a check of a request and of the connection's other end
 */
export function createHostCheck({ allowedHosts, logger, port }: HostCheckOptions) {
  const allowed = new Set(allowedHosts);
  /** Host headers that no page can have made a browser send. */
  const trusted = createBoundedCache<string, true>(mostHosts);

  return (request: Request, address: string | undefined): Response | undefined => {
    if (!isLoopback(address)) return undefined;
    const header = request.headers.get("host") ?? "localhost";
    if (trusted.get(header)) return undefined;
    const host = readHost(header);
    if (host.isAddress || localName.test(host.name) || allowed.has(host.name)) {
      trusted.set(header, true);
      return undefined;
    }
    // A page can add these headers, too. But a browser that calls without a proxy names this server's port.
    const isForwarded =
      host.port !== port() && forwarding.some((name) => request.headers.has(name));
    if (isForwarded || !browsers.some((name) => request.headers.has(name))) return undefined;
    // The router refuses what is no URL.
    if (!URL.canParse(request.url)) return undefined;
    return new URL(request.url).pathname === "/health" ? undefined : refuse(request, logger);
  };
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127\.|^::1$/.test(address);
}

/** The parts of a Host header (RFC 9110 §7.2). */
function readHost(header: string): { name: string; isAddress: boolean; port: number } {
  const [, full = "", port = "80"] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(header.trim()) ?? [];
  const name = full.toLowerCase().replace(/\.$/, "");
  return { name, isAddress: /^\[|^\d+\.\d+\.\d+\.\d+$/.test(name), port: Number(port) };
}

function refuse(request: Request, logger: Logger): Response {
  const startedAt = systemClock.monotonic();
  const requestId = crypto.randomUUID();
  const problem = new Problem(
    421,
    "host_not_allowed",
    "Docent does not know this name as its own. Add it to ALLOWED_HOSTS to reach it by this name.",
  );
  const { status, code, cause } = problem;
  const { method } = request;
  logRequest(logger, {
    method,
    route: "-",
    status,
    milliseconds: systemClock.monotonic() - startedAt,
    requestId,
    code,
    cause,
  });
  const reply = problemReply(problem, requestId);
  return toResponse(reply, method, { requestId, cors: { vary: "origin" } });
}
