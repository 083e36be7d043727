import { Response as Light } from "@whatwg-node/fetch";
import { readFromWhole } from "./read-from-whole.ts";

type ResponseBody = ConstructorParameters<typeof Light>[0];

/** Headers as a plain object and the body as given, which Node can write without converting them. */
export interface PlainAnswer {
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;
}

/**
 * Injected by the build in place of the global Response, which halves the throughput on Node. Handlers
 * write `new Response` as everywhere.
 */
class LightResponse {
  readonly status: number;
  readonly plain: PlainAnswer | undefined;
  readonly #body: ResponseBody;
  readonly #init: ResponseInit | undefined;
  #whole: Response | undefined;

  constructor(body?: ResponseBody, init?: ResponseInit) {
    const headers = init?.headers;
    this.status = init?.status ?? 200;
    this.plain =
      isPlain(body) && headers?.constructor === Object
        ? { headers: headers as Record<string, string>, body }
        : undefined;
    this.#body = body;
    this.#init = init;
  }

  /** The library's own would add its Content-Type to a given one. MCP's SDK answers by this. */
  static json(data: unknown, init?: ResponseInit): LightResponse {
    const headers = new Headers(init?.headers);
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    const plain = Object.fromEntries(headers);
    return new LightResponse(JSON.stringify(data), { ...init, headers: plain });
  }

  /** A given stream itself; the library would wrap it in another one. */
  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    const given = this.plain?.body;
    return given instanceof ReadableStream ? given : this.whole.body;
  }

  get whole(): Response {
    return (this.#whole ??= new Light(this.#body, this.#init));
  }
}

function isPlain(body: ResponseBody | undefined): body is PlainAnswer["body"] {
  return typeof body === "string" || body instanceof ReadableStream || body instanceof Uint8Array;
}

// Marked, so that bundles which make no Response leave this out, with the library.
const WholeResponse = /* @__PURE__ */ readFromWhole(LightResponse, [
  "headers",
  "ok",
  "redirected",
  "statusText",
  "type",
  "url",
]);

export { WholeResponse as Response };
