import { Response as Light } from "@whatwg-node/fetch";

type ResponseBody = ConstructorParameters<typeof Light>[0];

/** An answer with plain headers: Node can write its head in a single call, and a text with it. */
export interface PlainAnswer {
  readonly headers: Record<string, string>;
  readonly body: string | ReadableStream<Uint8Array<ArrayBuffer>>;
}

/**
 * Injected by the build in place of the global Response: the platform's own costs half the
 * throughput on Node. Handlers go on writing `new Response`.
 */
class LightResponse extends Light {
  readonly plain: PlainAnswer | undefined;

  constructor(body?: ResponseBody, init?: ResponseInit) {
    super(body, init);
    const headers = init?.headers;
    const isPlain = typeof body === "string" || body instanceof ReadableStream;
    this.plain =
      isPlain && headers?.constructor === Object
        ? { headers: headers as Record<string, string>, body }
        : undefined;
  }

  /** A stream as it was given: whoever only looks for it does not turn it into another one. */
  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    const given = this.plain?.body;
    return given instanceof ReadableStream ? given : super.body;
  }
}

export { LightResponse as Response };
