import type { Reply } from "../http/reply.ts";
import type { Assets } from "../ports/assets.ts";
import { encodingFor } from "./asset-reply.ts";
import { dressPage, type Site } from "./site.ts";

export interface PageOptions {
  readonly assets: Assets;
  /** The file's. */
  readonly name: string;
  readonly site: Site;
  /** The headers of the page with this HTML. */
  readonly headersOf: (html: string) => Promise<Reply["headers"]>;
}

/**
 * Creates the reply with a page, which is the same for every browser: made once, and compressed for those that accept
 * gzip. The reply is undefined where this runtime does not carry the page.
 */
export function createPageReply({ assets, name, site, headersOf }: PageOptions) {
  let page: ReturnType<typeof read> | undefined;

  async function read() {
    const asset = await assets.read(name);
    if (!asset) return undefined;
    const html = dressPage(new TextDecoder().decode(asset.body), site);
    const body = new TextEncoder().encode(html);
    // The file's own is of another text.
    const gzip = asset.gzip && (await compress(body));
    const headers = { "content-type": asset.mediaType, ...(await headersOf(html)) };
    return { headers, forms: { body, gzip } };
  }

  return async (request: Request): Promise<Reply | undefined> => {
    page ??= read().catch((error: unknown) => {
      page = undefined;
      throw error;
    });
    const found = await page;
    if (!found) {
      // It may be there later: a platform reads it over a network.
      page = undefined;
      return undefined;
    }
    const { body, encoding } = encodingFor(found.forms, request);
    return { status: 200, headers: { ...found.headers, ...encoding }, body };
  };
}

/** @returns undefined where the runtime cannot compress */
async function compress(body: Uint8Array<ArrayBuffer>) {
  if (!("CompressionStream" in globalThis)) return undefined;
  const stream = new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
