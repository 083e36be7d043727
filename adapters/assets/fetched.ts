import type { Assets } from "../../handlers/ports/assets.ts";
import { assetMediaType } from "./media-types.ts";

/** Serves a platform's static files, such as Cloudflare's binding `ASSETS`. */
export interface AssetFetcher {
  fetch(url: string): Promise<Response>;
}

/** Static files read from the platform by `fetch`; no files where it is undefined. */
export function createFetchedAssets(fetcher: AssetFetcher | undefined): Assets {
  return {
    async read(name) {
      // The binding ignores the host.
      const answer = await fetcher?.fetch(`https://assets.local/${name}`);
      if (!answer?.ok) return undefined;
      const body = new Uint8Array(await answer.arrayBuffer());
      // A strong or weak tag in quotes.
      const etag = /"([^"]*)"$/.exec(answer.headers.get("etag") ?? "")?.[1];
      return { body, gzip: undefined, etag, mediaType: assetMediaType(name) };
    },
  };
}
