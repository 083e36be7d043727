import { Response as Light } from "@whatwg-node/fetch";

type Body = ConstructorParameters<typeof Light>[0];

/** An answer that is one text and plain headers: Node can write it out in a single call. */
export interface PlainAnswer {
  readonly headers: Record<string, string>;
  readonly text: string;
}

/**
 * Injected by the build in place of the global Response: the platform's own costs half the
 * throughput on Node. Handlers go on writing `new Response`.
 */
class LightResponse extends Light {
  readonly plain: PlainAnswer | undefined;

  constructor(body?: Body, init?: ResponseInit) {
    super(body, init);
    const headers = init?.headers;
    const isPlain = typeof body === "string" && headers?.constructor === Object;
    this.plain = isPlain ? { headers: headers as Record<string, string>, text: body } : undefined;
  }
}

export { LightResponse as Response };
