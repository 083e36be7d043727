import type { IncomingMessage, ServerResponse } from "node:http";
import { Headers, Request as Light } from "@whatwg-node/fetch";
import { readFromWhole } from "./read-from-whole.ts";

/**
 * The request of a connection. Handlers mostly read its method, address and headers, which are Node's own; the rest of
 * a Request is made when it is first read, which saves a tenth of a small request.
 */
export function toRequest(message: IncomingMessage, response: ServerResponse): Request {
  return new NodeRequest(message, response) as unknown as Request;
}

class NodeRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  #whole: Request | undefined;
  #signal: AbortSignal | undefined;

  constructor(message: IncomingMessage, response: ServerResponse) {
    const { method = "GET", headers, socket, url = "/" } = message;
    this.method = method;
    // HTTP/1.0 knows no Host.
    this.url = `http://${headers.host || `localhost:${socket.localPort}`}${url}`;
    this.headers = new Headers(headers as Record<string, string>);
    this.#message = message;
    this.#response = response;
  }

  /** Aborts when the client leaves before it has its answer. */
  get signal(): AbortSignal {
    return (this.#signal ??= signalOf(this.#response));
  }

  get whole(): Request {
    const { method, url, headers } = this;
    // The library reads a Node stream, which the types do not know.
    const body = method === "GET" || method === "HEAD" ? null : (this.#message as unknown as Blob);
    return (this.#whole ??= new Light(url, { method, headers, body }));
  }
}

function signalOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const leave = () => {
    if (!response.writableFinished) controller.abort();
  };
  if (response.closed) leave();
  else response.once("close", leave);
  return controller.signal;
}

readFromWhole(NodeRequest, [
  "body",
  "cache",
  "credentials",
  "destination",
  "duplex",
  "integrity",
  "keepalive",
  "mode",
  "redirect",
  "referrer",
  "referrerPolicy",
]);
