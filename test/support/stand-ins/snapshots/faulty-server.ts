import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pause } from "../../../../handlers/lib/time.ts";

/** A fault of a server, told by what the client sees. */
export type Fault =
  /** Nothing is done. */
  | { readonly kind: "status"; readonly status: number; readonly headers?: Record<string, string> }
  /** Nothing is done, and the connection breaks off. */
  | { readonly kind: "break-off" }
  /** It is done, and the connection breaks off before the reply. */
  | { readonly kind: "lose-reply" }
  /** It is done, and never answered. */
  | { readonly kind: "silence" }
  /** It is done after so many milliseconds. */
  | { readonly kind: "slow"; readonly milliseconds: number }
  /** The reply's body, if it has one, breaks off in its middle. */
  | { readonly kind: "cut" }
  /** A byte in the middle of the reply's body is changed. */
  | { readonly kind: "corrupt" };

export interface FaultScope {
  /** Of requests; any unless given. */
  readonly method?: string;
  /** Matches the request's path; any unless given. */
  readonly path?: RegExp;
  /** So many requests; all until it is ended unless given. */
  readonly times?: number;
}

/** Faults that are switched on and off. The first that fits a request applies to it. */
function createFaults() {
  let faults: { readonly fault: Fault; readonly scope: FaultScope; left: number }[] = [];
  return {
    /** Returns a function that ends the fault. */
    add(fault: Fault, scope: FaultScope = {}): () => void {
      const entry = { fault, scope, left: scope.times ?? Number.POSITIVE_INFINITY };
      faults.push(entry);
      return () => void (faults = faults.filter((other) => other !== entry));
    },
    /** The fault for a request, which counts as used. */
    take(method: string, path: string): Fault | undefined {
      const entry = faults.find(
        ({ scope, left }) =>
          left > 0 &&
          (scope.method === undefined || scope.method === method) &&
          (scope.path === undefined || scope.path.test(path)),
      );
      if (entry) entry.left -= 1;
      return entry?.fault;
    },
  };
}

export interface PlainReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** What went over a server's connections: requests by method, and bytes of bodies. */
export interface Traffic {
  readonly requests: Readonly<Record<string, number>>;
  readonly received: number;
  readonly sent: number;
}

export interface FaultyServer {
  readonly url: string;
  readonly traffic: Traffic;
  /** Applies to the requests that fit; the function ends it. */
  readonly fault: (fault: Fault, scope?: FaultScope) => () => void;
  readonly stop: () => Promise<void>;
}

/**
 * An HTTP server on 127.0.0.1 whose requests are read whole before they are served, with faults.
 *
 * @param now its clock, for the Date header
 */
export async function startFaultyServer(
  serve: (request: IncomingMessage, body: Buffer) => PlainReply,
  now: () => number = Date.now,
): Promise<FaultyServer> {
  const faults = createFaults();
  const requests: Record<string, number> = {};
  const traffic = { requests, received: 0, sent: 0 };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "" } = request;
    const body = Buffer.concat(await request.toArray());
    requests[method] = (requests[method] ?? 0) + 1;
    traffic.received += body.length;
    response.setHeader("date", new Date(now()).toUTCString());
    const fault = faults.take(method, url);
    if (fault?.kind === "break-off") return void response.destroy();
    if (fault?.kind === "slow") await pause(fault.milliseconds);
    const reply = fault?.kind === "status" ? fault : serve(request, body);
    if (fault?.kind === "silence") return;
    if (fault?.kind === "lose-reply") return void response.destroy();
    traffic.sent += send(response, reply, fault);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    traffic,
    fault: (fault, scope) => faults.add(fault, scope),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Returns the number of bytes sent in the body. */
function send(
  response: ServerResponse,
  { status, headers, body = "" }: PlainReply,
  fault: Fault | undefined,
): number {
  const content = Buffer.from(body);
  const middle = content.length >> 1;
  if (fault?.kind === "corrupt" && content.length > 0) {
    content.writeUInt8(content.readUInt8(middle) ^ 1, middle);
  }
  const hasBody = response.req.method !== "HEAD" && status !== 204;
  response.writeHead(status, { ...headers, ...(hasBody && { "content-length": content.length }) });
  if (fault?.kind === "cut" && hasBody && content.length > 0) {
    response.write(content.subarray(0, middle), () => response.destroy());
    return middle;
  }
  response.end(hasBody ? content : undefined);
  return hasBody ? content.length : 0;
}
